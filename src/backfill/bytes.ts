import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { MoodtapeError, messageOf } from '../errors.js';

type Chunks = AsyncIterable<Uint8Array>;

/** What a compressed file's name ends with, and how it is unpacked. */
const UNPACK: ReadonlyMap<string, (chunks: Chunks) => Chunks> = new Map([
  ['.gz', gunzip],
  ['.zst', unzstd],
]);

/** A file's name without the ending that says how it is compressed. */
export function innerName(file: string): string {
  const ending = extname(file);
  return UNPACK.has(ending) ? file.slice(0, -ending.length) : file;
}

/**
 * A file's bytes, unpacked when its name ends in .gz or .zst, without a byte order mark.
 *
 * @param onRead told the number of bytes read of the file as it lies on disk
 * @throws MoodtapeError MT_FILE when the file cannot be read or unpacked.
 */
export async function* readBytes(file: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const unpack = UNPACK.get(extname(file));
  try {
    const chunks = counted(createReadStream(file), onRead);
    yield* withoutMark(unpack === undefined ? chunks : unpack(chunks));
  } catch (error) {
    throw new MoodtapeError('MT_FILE', `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function* counted(chunks: Chunks, onRead: (bytes: number) => void): Chunks {
  for await (const chunk of chunks) {
    onRead(chunk.length);
    yield chunk;
  }
}

async function* withoutMark(chunks: Chunks): Chunks {
  let first = true;
  for await (const chunk of chunks) {
    const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    yield marked ? chunk.subarray(3) : chunk;
    first = false;
  }
}

function gunzip(chunks: Chunks): Chunks {
  // An error of the source destroys the unzipped stream, whose reader then throws it.
  return pipeline(Readable.from(chunks, { objectMode: false }), createGunzip(), () => {});
}

async function* unzstd(chunks: Chunks): Chunks {
  const unpacked: Uint8Array[] = [];
  const stream = new Decompress((chunk) => unpacked.push(chunk));
  for await (const chunk of chunks) {
    stream.push(chunk);
    yield* unpacked.splice(0);
  }
  stream.push(new Uint8Array(0), true);
  yield* unpacked.splice(0);
}
