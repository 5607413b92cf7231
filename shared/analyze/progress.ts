import { Presets, SingleBar } from 'cli-progress';
import type { InputFile } from './inputs.ts';
import { byteSize } from './report/layout.ts';

/** Work shorter than this needs no bar. */
const SHOW_AFTER_MS = 1_000;

/** A progress bar on standard error, only in a terminal and only when the work takes a while. */
export class Progress {
  readonly #total: number;
  readonly #begin = Date.now();
  readonly #wanted: boolean;
  #done = 0;
  #bar: SingleBar | undefined;

  constructor(files: readonly InputFile[]) {
    this.#total = files.reduce((sum, { source }) => sum + (source.size ?? 0), 0);
    this.#wanted = process.stderr.isTTY === true && this.#total > 0;
  }

  /** So many bytes of the files were read. */
  add(bytes: number): void {
    this.#done += bytes;
    if (!this.#wanted || Date.now() - this.#begin < SHOW_AFTER_MS) return;
    this.#bar ??= this.#start();
    this.#bar.update(Math.min(this.#done, this.#total));
  }

  stop(): void {
    this.#bar?.stop();
  }

  #start(): SingleBar {
    const format = `{bar} {percentage} % of ${byteSize(this.#total)}`;
    const bar = new SingleBar(
      { format, clearOnComplete: true, hideCursor: true, stream: process.stderr },
      Presets.rect,
    );
    bar.start(this.#total, this.#done);
    return bar;
  }
}
