import { fail, ok } from '../../model/result.ts';
import { llqListing } from '../blocks/llq-listing.ts';
import { isQueueRow, readListing } from '../tmg/listing.ts';
import type { LogFormat } from './format.ts';

/** Any context will do to tell what is listed. */
const ANY = { zone: 'UTC', referenceMs: 0 };

/**
 * A listing of TMG's log queue (`*.LLQ`), by `dir` or PowerShell, English or Japanese. It does not say when it was made, and holds
 * names and times only: the files are binary. Attributes: `files`, `bytes`, `oldest` and `oldestAt`, `next` (the second oldest),
 * `newest` and `newestAt`, `complete`.
 */
export const tmgLlq = {
  name: 'tmg-llq',
  title: 'TMG log queue, listing',
  asked: { bare: true },
  claims(raw) {
    if (raw.json !== undefined) return false;
    const lineFeed = raw.text.indexOf('\n');
    const first = lineFeed < 0 ? raw.text : raw.text.slice(0, lineFeed);
    if (llqListing.begins(first)) return readListing(raw.text, ANY) !== undefined;
    return lineFeed < 0 && isQueueRow(raw.text);
  },
  parse(raw, ctx) {
    const listing = readListing(raw.text, ctx);
    if (listing === undefined) return fail('no-listing', 'expected a listing of queue files');
    const { directory, files, complete } = listing;
    const [oldest, next] = files;
    const newest = files.at(-1);
    return ok({
      format: 'tmg-llq',
      position: raw.position,
      flags: [...raw.flags, 'no-time'],
      timestamp: undefined,
      precision: 0,
      severity: undefined,
      hostname: /^\\\\([^\\]+)\\/.exec(directory ?? '')?.[1] ?? ctx.host,
      appName: undefined,
      procId: undefined,
      body: raw.text,
      attributes: {
        directory,
        files: files.length,
        bytes: files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
        oldest: oldest?.name ?? null,
        oldestAt: oldest?.writtenAt ?? null,
        next: next?.name ?? null,
        newest: newest?.name ?? null,
        newestAt: newest?.writtenAt ?? null,
        complete,
      },
    });
  },
} satisfies LogFormat;
