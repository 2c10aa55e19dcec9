import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';
import type { ModelIdentity } from '../inference/engine.js';
import { splitLines } from './lines.js';
import type { ReadingOptions } from './row-reader.js';
import { FileSink, sizeOf } from './sink.js';
import type { Source } from './source.js';

/** What decides what is in an output: a run that goes on must agree in all of it. */
const originSchema = z.object({
  model: z.string(),
  inputs: z.array(z.object({ file: z.string(), bytes: z.number() })),
  columns: z.record(z.string(), z.string()),
  domain: z.string(),
});
export type Origin = z.infer<typeof originSchema>;

export function originOf(
  sources: readonly Source[],
  { columns, domain }: ReadingOptions,
  { version }: Pick<ModelIdentity, 'version'>,
): Origin {
  const named = Object.entries(columns).flatMap(([field, column]) =>
    column === undefined ? [] : [[field, column]],
  );
  return {
    model: version,
    inputs: sources.map(({ name: file, bytes }) => ({ file, bytes })),
    columns: Object.fromEntries(named),
    domain,
  };
}

/** How far an output has come. */
const checkpointSchema = z.object({
  /** Of the input; the scored and the rejected ones among them. */
  rows: z.number(),
  scored: z.number(),
  rejected: z.number(),
  /** Bytes of the output and of the rejected rows. */
  bytes: z.number(),
  rejectedBytes: z.number(),
  /** SHA-256 of the rows so far, as they were read. */
  digest: z.string(),
  /** What the end of the output has to know of this piece. */
  notes: z.string().optional(),
  /** Windows that are done and not in the output yet, and their bytes where they are parked. */
  parked: z.object({ windows: z.number(), bytes: z.number() }).optional(),
  /** True when there is nothing left to do. */
  complete: z.boolean(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const BEGINNING: Checkpoint = {
  rows: 0,
  scored: 0,
  rejected: 0,
  bytes: 0,
  rejectedBytes: 0,
  digest: '',
  complete: false,
};

/** What a journal says of files as they are. */
export interface Progress {
  readonly checkpoint: Checkpoint;
  /** The notes of all pieces up to the checkpoint. */
  readonly notes: readonly string[];
  /** Bytes of the journal up to it. */
  readonly end: number;
}

/** Bytes of the files of an output, as they lie there. */
export interface Lengths {
  readonly bytes: number;
  readonly rejectedBytes: number;
  readonly parkedBytes: number;
}

/**
 * Reads how far files of these lengths have come: the last checkpoint that they reach. What is torn, at the end of the
 * journal or of a file, was being written when the run ended. Parked windows count if no piece has been made of them.
 *
 * @throws MoodtapeError MT_OUTPUT when the journal belongs to another input, model or command.
 */
export async function readJournal(path: string, origin: Origin, lengths: Lengths): Promise<Progress> {
  const size = (await sizeOf(path)) ?? 0;
  const notes: string[] = [];
  let pieces: Progress = { checkpoint: BEGINNING, notes, end: 0 };
  let parked: Progress | undefined;
  let end = 0;
  if (size === 0) return pieces;
  for await (const line of splitLines(createReadStream(path), path)) {
    end += line.length + 1;
    // The last line lacks its newline.
    if (end > size) break;
    if (pieces.end === 0) {
      checkOrigin(path, parseLine(path, line, originSchema), origin);
      pieces = { ...pieces, end };
      continue;
    }
    const checkpoint = parseLine(path, line, checkpointSchema);
    const reached = fits(checkpoint, lengths);
    if (checkpoint.parked !== undefined) {
      if (reached) parked = { checkpoint, notes, end };
      continue;
    }
    parked = undefined;
    if (!reached) break;
    if (checkpoint.notes !== undefined) notes.push(checkpoint.notes);
    pieces = { checkpoint, notes, end };
  }
  return parked ?? pieces;
}

function fits({ bytes, rejectedBytes, parked }: Checkpoint, lengths: Lengths): boolean {
  return (
    bytes <= lengths.bytes &&
    rejectedBytes <= lengths.rejectedBytes &&
    (parked?.bytes ?? 0) <= lengths.parkedBytes
  );
}

/** Lines behind those that a journal has. */
export class Journal {
  readonly #file: FileSink;

  constructor(path: string) {
    this.#file = new FileSink(path);
  }

  /** The first line: comes before anything is in the output. */
  begin(origin: Origin): Promise<void> {
    return this.#append(origin);
  }

  reach(checkpoint: Checkpoint): Promise<void> {
    return this.#append(checkpoint);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #append(line: Origin | Checkpoint): Promise<void> {
    return this.#file.append(Buffer.from(`${JSON.stringify(line)}\n`));
  }
}

function parseLine<T>(path: string, line: Buffer, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(line.toString()));
  } catch (cause) {
    throw new MoodtapeError('MT_OUTPUT', `${path} is no journal of a backfill: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function checkOrigin(path: string, was: Origin, is: Origin): void {
  const differs = (name: keyof Origin) => JSON.stringify(was[name]) !== JSON.stringify(is[name]);
  if (differs('model')) {
    throw new MoodtapeError('MT_OUTPUT', `${path}: scored by the model ${was.model}, not by ${is.model}`);
  }
  for (const name of originSchema.keyof().options) {
    if (differs(name)) throw new MoodtapeError('MT_OUTPUT', `${path}: made with other ${name}`);
  }
}
