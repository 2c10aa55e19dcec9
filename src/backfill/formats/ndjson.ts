import { z } from 'zod';
import { MoodtapeError, messageOf } from '../../errors.js';
import { attempt } from '../attempt.js';
import { splitLines } from '../lines.js';
import type { Fields, FileRecord } from '../record.js';
import { decodeUtf8, shown } from '../utf8.js';

const objectSchema = z.record(z.string(), z.unknown());

/**
 * One JSON object a line; blank lines are no rows.
 *
 * @throws MoodtapeError MT_DATA when a line is longer than 16 MB.
 */
export async function* readNdjson(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<FileRecord> {
  let line = 0;
  let row = 0;
  for await (const raw of splitLines(bytes, file)) {
    line += 1;
    if (raw.length === 0) continue;
    row += 1;
    const fields = attempt(() => readObject(decodeUtf8(raw)));
    yield { place: { file, row, line }, fields, size: raw.length, original: () => shown(raw) };
  }
}

function readObject(text: string): Fields {
  const object = objectSchema.safeParse(parseJson(text));
  if (object.success) return object.data;
  throw new MoodtapeError('MT_RECORD', 'not a JSON object');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MoodtapeError('MT_JSON', `not valid JSON: ${messageOf(cause)}`, { cause });
  }
}
