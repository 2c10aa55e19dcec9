import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../cli/run-cli.js';

const HINT = 'Redis is not installed: apt-get install redis-server';

describe('tests of a service that is not installed', () => {
  it('are skipped by name', () => {
    const { status, output } = run({});
    expect(status).toBe(0);
    expect(output).toContain(`↓ test/services/fixtures/needs-redis.ts > shared (${HINT})`);
    expect(output).toContain(`↓ test/services/fixtures/needs-redis.ts > own (${HINT})`);
    expect(output).toContain('tests cannot run in test/services/fixtures/needs-redis.ts');
  });

  it('fail where services are required', () => {
    const { status, output } = run({ MOODTAPE_REQUIRE_SERVICES: '1' });
    expect(status).toBe(1);
    expect(output).toContain(`FAIL  test/services/fixtures/needs-redis.ts > shared (${HINT})`);
    expect(output).toContain(`FAIL  test/services/fixtures/needs-redis.ts > own (${HINT})`);
  });
});

/** Runs the fixture's tests where no program is found. */
function run(env: NodeJS.ProcessEnv): { readonly status: number | null; readonly output: string } {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'verbose'];
  const config = ['--config', 'test/services/fixtures/needs-redis.config.ts', '--root', PROJECT];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...vitest, ...config], {
    cwd: PROJECT,
    env: { NO_COLOR: '1', PATH: '', ...env },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
