import { MoodtapeError } from '../errors.js';

const NEWLINE = 10;
const MAX_LINE_BYTES = 16 * 2 ** 20;

/**
 * The lines of a stream of bytes, without their newlines; the last one may lack it.
 *
 * @throws MoodtapeError MT_DATA when a line is longer than 16 MB.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let pending = 0;
  const take = (last: Uint8Array): Buffer => {
    const line = parts.length === 0 ? Buffer.from(last) : Buffer.concat([...parts, last]);
    parts = [];
    pending = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    pending += chunk.length - start;
    if (pending > MAX_LINE_BYTES) throw new MoodtapeError('MT_DATA', 'a line is longer than 16 MB');
  }
  if (pending > 0) yield take(new Uint8Array(0));
}
