import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkpointFolder } from '../fixtures/checkpoints.js';
import { moodtape } from './run-cli.js';

// Guards: a user's way from a checkpoint to a bundle, and what they read when it is none.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-import-'));
const out = join(folder, 'bundle');
afterAll(() => rmSync(folder, { recursive: true }));

describe('moodtape import', () => {
  it('makes a bundle', async () => {
    const { code, stdout } = await moodtape([
      'import',
      checkpointFolder('xlm-roberta'),
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      out,
      name: 'xlm-roberta',
      spec: { maxLength: 40, experts: null },
    });
    expect(existsSync(join(out, 'model.int8.onnx'))).toBe(true);
  });

  it('says how to write what is missing', async () => {
    writeFileSync(join(folder, 'config.json'), '{"model_type":"deberta"}');
    const { code, stderr } = await moodtape(['import', folder, '--out', out]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/MT_CHECKPOINT: .*config\.json is not valid: .*bert, roberta or xlm-roberta/s);
  });
});
