import { Zstd } from '@hpcc-js/wasm-zstd';
import { decompress as decompressZstd } from 'fzstd';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { bufferOf } from './bytes.js';
import type { KafkaOptions } from './options.js';
import { compressXerial, uncompressXerial } from './xerial-snappy.js';

/** What kafkajs hands to a codec; it has gzip itself. */
interface Encoded {
  readonly buffer: Buffer;
}

interface Codec {
  compress(encoded: Encoded): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

const snappy: Codec = {
  compress: ({ buffer }) => compressXerial(buffer),
  decompress: uncompressXerial,
};

const lz4: Codec = {
  compress: ({ buffer }) => compressFrame(buffer),
  decompress: (bytes) => decompressFrame(bytes),
};

/** Node's own zlib knows zstd only from version 22.15 on. */
const zstd: Codec = {
  async compress({ buffer }) {
    return bufferOf((await Zstd.load()).compress(buffer));
  },
  async decompress(bytes) {
    return bufferOf(decompressZstd(bytes));
  },
};

kafkajs.CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
kafkajs.CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
kafkajs.CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;

/** kafkajs's number of each kind of compression. */
export const COMPRESSIONS = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const satisfies Record<KafkaOptions['compression'], CompressionTypes>;
