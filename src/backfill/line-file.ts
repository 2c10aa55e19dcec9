import { constants, createReadStream } from 'node:fs';
import { access, type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MoodtapeError, messageOf } from '../errors.js';
import { splitLines } from './lines.js';

const NEWLINE = 10;
const CHUNK = 64 * 1024;

/**
 * A file of whole lines that only grows. What an earlier run left can be read first; a last line without its newline
 * was torn by the end of that run, and is cut off when the first new lines are written.
 */
export class LineFile {
  #handle: FileHandle | undefined;

  private constructor(
    readonly path: string,
    /** Bytes of the whole lines. */
    private end: number,
  ) {}

  /**
   * @param startOver forget what an earlier run left
   * @throws MoodtapeError MT_FILE when the folder cannot be written, or the file is there and cannot be read.
   */
  static async open(path: string, startOver: boolean): Promise<LineFile> {
    return guard(path, async () => {
      await access(dirname(path), constants.W_OK);
      if (startOver) await rm(path, { force: true });
      return new LineFile(path, await wholeLines(path));
    });
  }

  /** The lines that were there when the file was opened. */
  async *lines(): AsyncGenerator<string> {
    if (this.end === 0) return;
    for await (const line of splitLines(createReadStream(this.path, { end: this.end - 1 }))) {
      yield line.toString();
    }
  }

  /** Writes lines after all others, and returns when they are on disk (fdatasync): at most one call is lost. */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await guard(this.path, async () => {
      const handle = await this.#writable();
      await handle.writeFile(`${lines.join('\n')}\n`);
      await handle.datasync();
    });
  }

  /** Makes sure that the file is there, and ends in a whole line. */
  async settle(): Promise<void> {
    await guard(this.path, () => this.#writable());
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #writable(): Promise<FileHandle> {
    if (this.#handle === undefined) {
      this.#handle = await open(this.path, 'a');
      await this.#handle.truncate(this.end);
    }
    return this.#handle;
  }
}

async function wholeLines(path: string): Promise<number> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  try {
    let { size } = await handle.stat();
    const chunk = Buffer.alloc(CHUNK);
    while (size > 0) {
      const start = Math.max(0, size - CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, size - start, start);
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (newline >= 0) return start + newline + 1;
      size = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

async function guard<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new MoodtapeError('MT_FILE', `${path}: ${messageOf(cause)}`, { cause });
  }
}
