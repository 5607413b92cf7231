import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Prints `N passed, N failed` as the very last line of a run, for scripts that read no colours. */
export default class CountReporter implements Reporter {
  // Holds for a run that never came to its end.
  #line = '0 passed, 1 failed';

  constructor() {
    // At exit, since the default reporter and the global tear-down may still print after the run's end.
    process.once('exit', () => process.stdout.write(`${this.#line}\n`));
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<SerializedError>): void {
    const count = (state: 'passed' | 'failed') =>
      modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
    // A file that does not load, or an error outside of any test, has no failed test and must not look like success.
    const brokenModules = modules.filter((module) => module.errors().length > 0).length;
    this.#line = `${count('passed')} passed, ${count('failed') + brokenModules + unhandledErrors.length} failed`;
  }
}
