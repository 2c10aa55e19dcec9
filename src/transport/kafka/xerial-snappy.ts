import { compress, uncompress } from 'snappy';

/**
 * Snappy as Kafka's own clients write it: a header, then blocks, each after its length. Source: SnappyOutputStream of
 * xerial's snappy-java. Other clients write one block with nothing around it, and are understood too.
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const LENGTH_BYTES = 4;

export async function compressXerial(bytes: Buffer): Promise<Buffer> {
  const block = await compress(bytes);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(block.length);
  return Buffer.concat([HEADER, length, block]);
}

export async function uncompressXerial(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return uncompressBlock(bytes);
  const blocks: Promise<Buffer>[] = [];
  for (let at = HEADER.length; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    at = start + bytes.readInt32BE(at);
    blocks.push(uncompressBlock(bytes.subarray(start, at)));
  }
  return Buffer.concat(await Promise.all(blocks));
}

async function uncompressBlock(block: Buffer): Promise<Buffer> {
  const bytes = await uncompress(block, { asBuffer: true });
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
