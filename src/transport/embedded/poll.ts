import { MoodtapeError } from '../../errors.js';
import type { LogRecord, OutgoingRecord, Poll, Transaction } from '../transport.js';
import type { Log, PreparedRecord } from './log.js';

/** How a poll is acknowledged; its consumer gives it. */
export interface Acknowledgement {
  /** Writes `records` and moves the group beyond the poll, in one lmdb transaction. */
  commit(records: readonly PreparedRecord[]): Promise<void>;
  /** Lets the poll come again. */
  abort(): void;
}

export class EmbeddedPoll implements Poll {
  private begun = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly records: readonly LogRecord[],
    readonly nextOffset: bigint,
    private readonly log: Log,
    private readonly acknowledgement: Acknowledgement,
  ) {}

  async begin(): Promise<Transaction> {
    if (this.begun) throw new MoodtapeError('MT_TRANSPORT', 'a poll is acknowledged at most once');
    this.begun = true;
    return new EmbeddedTransaction(this.log, this.acknowledgement);
  }
}

/** Gathers records in memory; `commit` writes them. A commit that failed may be tried again or aborted. */
class EmbeddedTransaction implements Transaction {
  private readonly outgoing: PreparedRecord[] = [];
  private open = true;

  constructor(
    private readonly log: Log,
    private readonly acknowledgement: Acknowledgement,
  ) {}

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    this.assertOpen();
    for (const record of this.log.prepare(records)) this.outgoing.push(record);
  }

  async commit(): Promise<void> {
    this.assertOpen();
    this.open = false;
    try {
      await this.acknowledgement.commit(this.outgoing);
    } catch (error) {
      this.open = true;
      throw error;
    }
  }

  async abort(): Promise<void> {
    this.assertOpen();
    this.open = false;
    this.acknowledgement.abort();
  }

  private assertOpen(): void {
    if (!this.open) throw new MoodtapeError('MT_TRANSPORT', 'the transaction has ended');
  }
}
