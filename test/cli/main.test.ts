import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { moodtape } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('exit codes', () => {
  it('0: help and version go to stdout', async () => {
    const [help, version] = await Promise.all([moodtape(['--help']), moodtape(['--version'])]);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/topology\s+check or draw/);
    expect(version.code).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('2: wrong usage goes to stderr, and the nearest command is named', async () => {
    const [none, unknown, option, missing] = await Promise.all([
      moodtape([]),
      moodtape(['topolgy']),
      moodtape(['topology', 'lint', '--jsn', 'x']),
      moodtape(['topology', 'show']),
    ]);
    for (const { code, stdout } of [none, unknown, option, missing]) {
      expect(code).toBe(2);
      expect(stdout).toBe('');
    }
    expect(unknown.stderr).toContain('Did you mean topology?');
    expect(option.stderr).toContain('Did you mean --json?');
    expect(missing.stderr).toContain("missing required argument 'file'");
  });

  it('1: what failed is said with its code and the way out', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'name: x\nview: { kind: embedded }\n');
    const [lint, show, absent] = await Promise.all([
      moodtape(['topology', 'lint', '--json', wrong]),
      moodtape(['topology', 'show', wrong]),
      moodtape(['topology', 'show', join(folder, 'absent.yaml')]),
    ]);
    expect(lint.code).toBe(1);
    expect(lint.stderr).toBe('');
    expect(JSON.parse(lint.stdout)).toEqual({
      file: wrong,
      valid: false,
      messages: [{ line: 1, column: 1, field: 'log', message: 'missing: expected object' }],
    });
    expect(show.code).toBe(1);
    expect(show.stderr).toContain(`error MT_TOPOLOGY: ${wrong}:1:1 log missing: expected object`);
    expect(show.stderr).toContain('→ run `moodtape topology lint FILE`');
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(/^error MT_FILE: ENOENT/);
  });
});
