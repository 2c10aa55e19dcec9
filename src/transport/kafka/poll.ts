import { MoodtapeError } from '../../errors.js';
import type { LogRecord, OutgoingRecord, Poll, Transaction } from '../transport.js';
import type { Portion } from './backlog.js';
import type { RoutedMessage } from './record.js';
import type { Router } from './router.js';

/** How a poll is acknowledged; its partition gives it. */
export interface Acknowledgement {
  /** @throws MoodtapeError MT_FENCED when the partition has been lost. */
  assertHeld(): void;
  /** Writes `messages` and moves the group beyond the poll, in one transaction of Kafka. */
  commit(messages: readonly RoutedMessage[]): Promise<void>;
  /** Lets the poll come again. */
  abort(): void;
}

export class KafkaPoll implements Poll {
  readonly records: readonly LogRecord[];
  readonly nextOffset: bigint;
  #begun = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
    portion: Portion,
    private readonly router: Router,
    private readonly acknowledgement: Acknowledgement,
  ) {
    this.records = portion.records;
    this.nextOffset = portion.nextOffset;
  }

  async begin(): Promise<Transaction> {
    if (this.#begun) throw new MoodtapeError('MT_TRANSPORT', 'a poll is acknowledged at most once');
    this.acknowledgement.assertHeld();
    this.#begun = true;
    return new KafkaTransaction(this.router, this.acknowledgement);
  }
}

/**
 * Gathers messages in memory: Kafka learns of the transaction when it is committed, so that readers of its topics never wait
 * for the work of a poll. A commit that failed may be tried again or aborted.
 */
class KafkaTransaction implements Transaction {
  readonly #messages: RoutedMessage[] = [];
  #open = true;

  constructor(
    private readonly router: Router,
    private readonly acknowledgement: Acknowledgement,
  ) {}

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    this.#assertOpen();
    for (const message of await this.router.route(records)) this.#messages.push(message);
  }

  async commit(): Promise<void> {
    this.#assertOpen();
    this.#open = false;
    try {
      await this.acknowledgement.commit(this.#messages);
    } catch (error) {
      this.#open = true;
      throw error;
    }
  }

  async abort(): Promise<void> {
    this.#assertOpen();
    this.#open = false;
    this.acknowledgement.abort();
  }

  #assertOpen(): void {
    if (!this.#open) throw new MoodtapeError('MT_TRANSPORT', 'the transaction has ended');
  }
}
