import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Worker threads started by the code under test load TypeScript through the same loader.
    execArgv: ['--import', new URL('./test/register-typescript.mjs', import.meta.url).href],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
