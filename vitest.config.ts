import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    pool: 'forks',
    // Many tests wait for processes of their own; by default two cores would run one test file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A build server asks for colours; what the commands print is compared without them.
    env: { NO_COLOR: '1' },
    // Worker threads started by the code under test load TypeScript through the same loader.
    execArgv: ['--import', new URL('./test/register-typescript.mjs', import.meta.url).href],
    // Real servers and crashes: a loaded machine may be several times slower, and a hang is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
