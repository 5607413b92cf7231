import { isRow, MAX_LINE } from '../tmg/listing.ts';
import type { BlockShape } from './block.ts';

const BEGINS = /^\s*(?:Volume in drive |ドライブ \S+ の(?:ボリューム|ドライブ)|(?:Directory|ディレクトリ): )/;
const CONTINUES =
  /^\s*(?:$|Volume Serial Number|ボリューム シリアル番号|Directory of |\S.* のディレクトリ\s*$|Mode\s+LastWriteTime|[-\s]+$|File Not Found|ファイルが見つかりません|\d[\d.,]* (?:File\(s\)|Dir\(s\)|個の(?:ファイル|ディレクトリ))|Total Files Listed|ファイルの総数)/i;

/** What `dir` and PowerShell's Get-ChildItem print, in English and Japanese. A second listing begins a record of its own. */
export const llqListing: BlockShape = {
  name: 'llq-listing',
  // ド and デ in UTF-16, and the bytes that they begin with in UTF-8 and cp932.
  initials: 'VDドデ\u00e3\u0083',
  begins: (line) => line.length <= MAX_LINE && BEGINS.test(line),
  continues: (line) => line.length <= MAX_LINE && (CONTINUES.test(line) || isRow(line)),
};
