import type { Subscription } from 'rxjs';
import type {
  ConsumeOptions,
  LogRecord,
  OutgoingRecord,
  Poll,
  Transport,
} from '../../../src/transport/transport.js';
import { waitUntil } from '../patience.js';

export type ReaderOptions = Pick<ConsumeOptions, 'group' | 'topics'> & Partial<ConsumeOptions>;
/** Resolves to whether the poll has been committed. */
type Work = (poll: Poll) => Promise<boolean>;

/** Commits a poll and writes nothing. */
export const acknowledge: Work = async (poll) => {
  await (await poll.begin()).commit();
  return true;
};

/** Leaves polls unacknowledged. */
export const hold: Work = async () => false;

/** Commits a poll together with copies of its records in `topic`. */
export function copyTo(topic: string): Work {
  return async (poll) => {
    const transaction = await poll.begin();
    await transaction.send(poll.records.map(({ key, value }) => ({ topic, key, value })));
    await transaction.commit();
    return true;
  };
}

/** The same, but every other poll comes again: its first transaction writes five records and is aborted. */
export function copyWithAborts(topic: string): Work {
  const copy = copyTo(topic);
  let polls = 0;
  return async (poll) => {
    if (polls++ % 2 === 1) return copy(poll);
    const transaction = await poll.begin();
    await transaction.send(numbered(topic, 5));
    await transaction.abort();
    return false;
  };
}

/** A consumer that remembers what it was given and what went wrong. */
export class Reader {
  readonly polls: Poll[] = [];
  /** Records of the polls that were committed. */
  readonly done: LogRecord[] = [];
  readonly errors: unknown[] = [];
  completed = false;
  private readonly subscription: Subscription;

  constructor(transport: Transport, options: ReaderOptions, work: Work = acknowledge) {
    this.subscription = transport
      .consume({ from: 'earliest', maxRecords: 100, maxBytes: 1_000_000, ...options })
      .subscribe({
        next: (poll) => {
          this.polls.push(poll);
          work(poll).then(
            (committed) => committed && this.done.push(...poll.records),
            (error: unknown) => this.errors.push(error),
          );
        },
        error: (error: unknown) => this.errors.push(error),
        complete: () => {
          this.completed = true;
        },
      });
  }

  stop(): void {
    this.subscription.unsubscribe();
  }

  async firstPoll(): Promise<Poll> {
    await waitUntil('a poll comes', () => this.polls.length > 0);
    return this.polls[0] ?? Promise.reject(new Error('unreachable'));
  }

  async hasDone(count: number): Promise<void> {
    await waitUntil(`${count} records are read`, () => this.done.length >= count || this.errors.length > 0);
  }
}

export function text(record: { readonly value: Uint8Array | null } | undefined): string | undefined {
  return record?.value === null || record === undefined ? undefined : Buffer.from(record.value).toString();
}

export function texts(records: readonly LogRecord[]): (string | undefined)[] {
  return records.map(text);
}

/** Records with the values `0`, `1`, …; equal remainders of `keys` share a key. */
export function numbered(topic: string, count: number, keys = 1): OutgoingRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    topic,
    key: Buffer.from(`key-${i % keys}`),
    value: Buffer.from(String(i)),
  }));
}

/** `0`, `1`, … as texts, to compare with. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

export function sorted(values: readonly (string | undefined)[]): (string | undefined)[] {
  return [...values].sort((a, b) => Number(a) - Number(b));
}
