import { MoodtapeError } from '../errors.js';

const NEWLINE = 10;
const MAX_LINE_BYTES = 16 * 2 ** 20;

/**
 * The lines of a stream of bytes, without their newlines; the last one may lack it.
 *
 * @param name of the stream, for the message
 * @throws MoodtapeError MT_DATA when a line is longer than 16 MB.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  name = 'the input',
): AsyncGenerator<Buffer> {
  for await (const lines of lineGroups(chunks, name)) yield* lines;
}

/** The same, but the lines that arrive together come together. */
export async function* lineGroups(
  chunks: AsyncIterable<Uint8Array>,
  name = 'the input',
): AsyncGenerator<Buffer[]> {
  let parts: Uint8Array[] = [];
  let pending = 0;
  let ended = 0;
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(Buffer.concat([...parts, chunk.subarray(start, end)]));
      parts = [];
      pending = 0;
      start = end + 1;
    }
    ended += lines.length;
    if (lines.length > 0) yield lines;
    if (start < chunk.length) parts.push(chunk.subarray(start));
    pending += chunk.length - start;
    if (pending > MAX_LINE_BYTES) {
      throw new MoodtapeError('MT_DATA', `${name}:${ended + 1} is a line of more than 16 MB`);
    }
  }
  if (pending > 0) yield [Buffer.concat(parts)];
}
