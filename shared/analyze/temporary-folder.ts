import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * A folder for files that must not outlive the run. It is made when first asked for and removed by `remove`, at any end of
 * the process, and on Ctrl-C.
 */
export class TemporaryFolder {
  #path: string | undefined;
  #files = 0;
  readonly #onExit = () => this.remove();
  readonly #onSignal = (signal: (typeof SIGNALS)[number]) => {
    this.remove();
    process.exit(EXIT_BY_SIGNAL[signal]);
  };

  path(): string {
    if (this.#path !== undefined) return this.#path;
    this.#path = mkdtempSync(join(tmpdir(), 'tunnelwatch-'));
    process.once('exit', this.#onExit);
    for (const signal of SIGNALS) process.once(signal, this.#onSignal);
    return this.#path;
  }

  /** The path of a file that is not there yet. */
  newFile(): string {
    return join(this.path(), String(this.#files++));
  }

  remove(): void {
    if (this.#path === undefined) return;
    rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
    process.off('exit', this.#onExit);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
