import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { MoodtapeError, messageOf } from '../errors.js';
import { type Kind, kindOf } from './kind.js';

/** A file of rows, or stdin. */
export interface Source {
  /** The path, or `stdin`: how messages name it. */
  readonly name: string;
  readonly kind: Kind;
  /** As it lies on disk; 0 where nobody knows. */
  readonly bytes: number;
  readonly open: () => Readable;
}

/** @throws MoodtapeError MT_FILE when the file is not there, or is of an unknown kind. */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch((cause) => {
    throw new MoodtapeError('MT_FILE', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  if (found.isDirectory()) {
    throw new MoodtapeError('MT_FILE', `${path} is a folder`, { remedy: `name its files: '${path}/*.csv'` });
  }
  return { name: path, kind: kindOf(path), bytes: found.size, open: () => createReadStream(path) };
}

/** @throws MoodtapeError MT_FILE for Parquet, which is read from its end. */
export function stdinSource(kind: Kind): Source {
  if (kind.format === 'parquet') {
    throw new MoodtapeError('MT_FILE', 'Parquet cannot be read from stdin: its index is at its end', {
      remedy: 'write it to a file first',
    });
  }
  return { name: 'stdin', kind, bytes: 0, open: () => process.stdin };
}
