import fc from 'fast-check';
import { compressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { compressXerial, uncompressXerial } from '../../../src/transport/kafka/xerial-snappy.js';

describe('snappy with the frame of xerial', () => {
  it('gives back what it was given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const back = await uncompressXerial(await compressXerial(Buffer.from(bytes)));
        expect([...back]).toEqual([...bytes]);
      }),
    );
  });

  it('reads several blocks, as Kafka’s own clients write them', async () => {
    const frame = (await compressXerial(Buffer.alloc(0))).subarray(0, 16);
    const blocks = ['one ', 'two ', 'three'].flatMap((text) => {
      const block = compressSync(text);
      const length = Buffer.alloc(4);
      length.writeInt32BE(block.length);
      return [length, block];
    });
    expect(String(await uncompressXerial(Buffer.concat([frame, ...blocks])))).toBe('one two three');
  });

  it('reads a bare block, as other clients write it', async () => {
    expect(String(await uncompressXerial(compressSync('bare')))).toBe('bare');
  });
});
