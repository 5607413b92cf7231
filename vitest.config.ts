import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/azurite.ts'],
    reporters: ['default', './test/reporter.ts'],
    // The machine may be busy and the emulator is a real process: patience here costs nothing when all is well.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
