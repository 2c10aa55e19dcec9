import { MoodtapeError } from '../errors.js';

/** What begins like this is no text, whatever its name says. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string, remedy: string])[] = [
  [[0x1f, 0x8b], 'packed with gzip', 'let its name end in .gz'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed with Zstandard', 'let its name end in .zst'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive or an Excel workbook', 'unpack it, or save it as CSV in UTF-8'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'let its name end in .parquet'],
];
const UTF_16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];
const UTF_8_MARK = [0xef, 0xbb, 0xbf];

/**
 * The bytes of a text without their byte order mark.
 *
 * @throws MoodtapeError MT_FILE when they are no text, MT_ENCODING when they are UTF-16.
 */
export async function* checkedText(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of chunks) {
    if (first) check(chunk, name);
    yield first && begins(chunk, UTF_8_MARK) ? chunk.subarray(UTF_8_MARK.length) : chunk;
    first = false;
  }
}

function check(chunk: Uint8Array, name: string): void {
  for (const [bytes, what, remedy] of SIGNATURES) {
    if (begins(chunk, bytes)) throw new MoodtapeError('MT_FILE', `${name} is ${what}`, { remedy });
  }
  if (UTF_16.some((mark) => begins(chunk, mark))) {
    throw new MoodtapeError('MT_ENCODING', `${name} is UTF-16`, {
      remedy: 'convert the file with `iconv -f utf-16 -t utf-8`',
    });
  }
}

function begins(chunk: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => chunk[i] === byte);
}
