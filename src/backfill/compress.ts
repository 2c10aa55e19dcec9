import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import { Zstd } from '@hpcc-js/wasm-zstd';
import type { CompressionName } from './kind.js';

const gzip = promisify(gzipWithCallback);

/** Packs bytes by themselves: files of several such pieces, one behind the other, are unpacked as one. */
export const COMPRESS: Readonly<Record<CompressionName, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gz: (bytes) => gzip(bytes),
  zst: async (bytes) => (await Zstd.load()).compress(bytes),
};
