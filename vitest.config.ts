import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The tests run the build: it is what is shipped, and its threads and processes start in half the time of the sources. The
  // page's modules are built into one file, so those alone are taken from the sources.
  resolve: {
    alias: [
      {
        find: /^(?:\.\.\/)+src\/(?!dashboard\/page\/)/,
        replacement: new URL('./dist/', import.meta.url).pathname,
      },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts', 'test/services/global-setup.ts'],
    pool: 'forks',
    // A process and its modules for each of 200 files would cost a third of the time.
    isolate: false,
    // Many tests wait for processes of their own; by default two cores would run one test file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A build server asks for colours; what the commands print is compared without them.
    env: { NO_COLOR: '1' },
    // Real servers and crashes: a loaded machine may be several times slower, and a hang is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
