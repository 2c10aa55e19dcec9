import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { MoodtapeError, messageOf } from '../errors.js';
import type { CompressionName } from './kind.js';
import { checkedText } from './signature.js';
import type { Source } from './source.js';

type Chunks = AsyncIterable<Uint8Array>;

const UNPACK: Readonly<Record<CompressionName, (chunks: Chunks) => Chunks>> = { gz: gunzip, zst: unzstd };

/**
 * The bytes of a text, unpacked, without a byte order mark.
 *
 * @param onRead told the number of bytes read of the file as it lies on disk
 * @throws MoodtapeError MT_FILE when it cannot be read or unpacked, or is something else than its name says; MT_ENCODING
 *   when it is UTF-16.
 */
export async function* readBytes(
  { name, kind, open }: Source,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    const chunks = counted(open(), onRead);
    yield* checkedText(kind.compression === undefined ? chunks : UNPACK[kind.compression](chunks), name);
  } catch (error) {
    if (error instanceof MoodtapeError) throw error;
    throw new MoodtapeError('MT_FILE', `cannot read ${name}: ${messageOf(error)}`, { cause: error });
  }
}

async function* counted(chunks: Chunks, onRead: (bytes: number) => void): Chunks {
  for await (const chunk of chunks) {
    onRead(chunk.length);
    yield chunk;
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
