import { mkdirSync } from 'node:fs';
import { type Database, type DatabaseOptions, type Key, open, type RootDatabase } from 'lmdb';
import { Subject } from 'rxjs';
import { asMoodtapeError, type ErrorCode, MoodtapeError, messageOf } from './errors.js';

const OPTIONS = {
  noSubdir: false,
  // Syncing beside the next transaction is faster, but when a process is killed in its sync, lmdb may take the
  // environment of another process for broken.
  overlappingSync: false,
  // Only transactions write here; batching by event turn would add a promise that nobody catches.
  eventTurnBatching: false,
} as const;

/** An lmdb environment: tables in a folder on this machine, which several processes may open at once. */
export class Environment {
  /** Fires when this process has written something that is now visible. */
  readonly changes = new Subject<void>();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly root: RootDatabase,
    private readonly code: ErrorCode,
  ) {}

  /**
   * @param code of the errors that this environment raises.
   * @throws MoodtapeError `code` when the folder cannot be used.
   */
  static open(folder: string, code: ErrorCode): Environment {
    try {
      mkdirSync(folder, { recursive: true });
      return new Environment(open({ path: folder, ...OPTIONS }), code);
    } catch (error) {
      throw new MoodtapeError(code, `cannot open ${folder}: ${messageOf(error)}`, {
        cause: error,
        remedy: 'check the folder and its permissions',
      });
    }
  }

  /** Values are msgpack, unless `options` say otherwise; keys sort by their elements. */
  table<V, K extends Key>(name: string, options: DatabaseOptions = {}): Database<V, K> {
    return this.root.openDB<V, K>(name, options);
  }

  /**
   * Runs `action` in one write transaction, after those of other threads and processes. The writes are on disk
   * (fdatasync) before anyone sees them and before this resolves; actions that wait at the same time share one
   * transaction and one sync. `action` must throw before its first write, or not at all: lmdb keeps what it wrote.
   *
   * @throws MoodtapeError of the environment's code when the disk refuses the writes; none of them happened then.
   */
  async write<T>(action: () => T): Promise<T> {
    this.assertOpen();
    try {
      const result = await this.root.transaction(action);
      this.changes.next();
      return result;
    } catch (error) {
      throw asMoodtapeError(await commitErrorOf(error), this.code);
    }
  }

  /** @throws MoodtapeError of the environment's code when it is closed. */
  assertOpen(): void {
    if (this.closing !== undefined) throw new MoodtapeError(this.code, 'already closed');
  }

  /** Waits for the writes under way. */
  close(): Promise<void> {
    this.closing ??= this.root.close();
    return this.closing;
  }
}

/** lmdb rejects with a wrapper whose `commitError` is a promise that rejects with the reason. */
async function commitErrorOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
