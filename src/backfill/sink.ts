import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, type FileHandle, open, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MoodtapeError, messageOf } from '../errors.js';

/** What bytes are appended to. */
export interface Sink {
  /** Returns when the bytes are as safe as they can be: on disk, or taken by the reader. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Writes to stdout. */
export const stdoutSink: Sink = {
  async append(bytes) {
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
  },
  close: async () => {},
};

/** A file that grows; made by the first call, even of no bytes. */
export class FileSink implements Sink {
  #handle: FileHandle | undefined;

  constructor(readonly path: string) {}

  async append(bytes: Uint8Array): Promise<void> {
    await guard(this.path, async () => {
      this.#handle ??= await open(this.path, 'a');
      await this.#handle.writeFile(bytes);
      await this.#handle.datasync();
    });
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** Cuts off what a file has behind so many bytes. @throws MoodtapeError MT_FILE when it cannot be written. */
export async function trim(path: string, bytes: number): Promise<void> {
  await guard(path, async () => {
    if (((await sizeOf(path)) ?? 0) > bytes) await truncate(path, bytes);
  });
}

/** Bytes of a file; undefined when there is none. @throws MoodtapeError MT_FILE when it cannot be looked at. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return guard(path, async () => (await stat(path).catch(absent))?.size);
}

/** @throws MoodtapeError MT_FILE when nothing can be written into the folder of the file. */
export async function checkFolder(path: string): Promise<void> {
  await guard(path, () => access(dirname(path), constants.W_OK));
}

export async function remove(path: string): Promise<void> {
  await guard(path, () => rm(path, { force: true }));
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function guard<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new MoodtapeError('MT_FILE', `${path}: ${messageOf(cause)}`, { cause });
  }
}
