import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    pool: 'forks',
    // A build server asks for colours; what the commands print is compared without them.
    env: { NO_COLOR: '1' },
    // Worker threads started by the code under test load TypeScript through the same loader.
    execArgv: ['--import', new URL('./test/register-typescript.mjs', import.meta.url).href],
    // Real servers and crashes: a loaded machine may be several times slower, and a hang is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
