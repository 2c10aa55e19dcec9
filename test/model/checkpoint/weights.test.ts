import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWeights } from '../../../src/model/checkpoint/weights.js';
import { encodeSafetensors } from '../../../src/model/safetensors.js';
import { checkpointFolder } from '../../fixtures/checkpoints.js';

// Guards: shards are read as one file is, nothing outside the folder is, and a folder without safetensors says what to do.

const INDEX = 'model.safetensors.index.json';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'moodtape-weights-'));
  await cp(checkpointFolder('xlm-roberta'), dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const refusal = (expected: object) =>
  expect(readWeights(dir)).rejects.toThrow(expect.objectContaining({ code: 'MT_CHECKPOINT', ...expected }));

test('shards are read like one file of the same tensors', async () => {
  const sharded = await readWeights(dir);
  expect(sharded.path).toBe(join(dir, INDEX));
  await writeFile(join(dir, 'model.safetensors'), encodeSafetensors(sharded.tensors, 'F32'));
  const single = await readWeights(dir);
  expect(single.path).toBe(join(dir, 'model.safetensors'));
  expect([...single.tensors].sort()).toEqual([...sharded.tensors].sort());
});

test('another byte in any shard is another checkpoint', async () => {
  const before = await readWeights(dir);
  const path = join(dir, 'model-00002-of-00002.safetensors');
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
  expect((await readWeights(dir)).sha256).not.toBe(before.sha256);
});

test('a missing or damaged shard is named', async () => {
  const shard = 'model-00001-of-00002.safetensors';
  await writeFile(join(dir, shard), 'cut');
  await refusal({ message: expect.stringContaining(shard) });
  await rm(join(dir, shard));
  await refusal({ message: expect.stringContaining(shard) });
});

test.each(['../model.safetensors', '/etc/passwd', 'pytorch_model.bin'])(
  'an index may not name %s',
  async (file) => {
    await writeFile(join(dir, INDEX), JSON.stringify({ weight_map: { w: file } }));
    await refusal({ message: expect.stringContaining('a shard is a file of the same folder') });
  },
);

test('a folder with other weights is told how to write these', async () => {
  await rm(join(dir, INDEX));
  await writeFile(join(dir, 'pytorch_model.bin'), '');
  await refusal({
    message: expect.stringContaining('neither model.safetensors nor'),
    remedy: expect.stringContaining('save_pretrained'),
  });
});
