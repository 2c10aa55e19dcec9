import { messageOf } from '../../errors.js';
import { fencedError, isFenced, isRefused, transportError } from './errors.js';
import type { PartitionLog } from './options.js';
import type { RoutedMessage } from './record.js';
import { rest } from './rest.js';
import type { TransactionalProducer } from './transactional-producer.js';

type Writer = Pick<TransactionalProducer, 'write' | 'close'>;

export interface ClaimContext {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly brokers: readonly string[];
  readonly log: PartitionLog;
  /** Opens a producer that fences all others of this group and partition. */
  openProducer(): Promise<Writer>;
  /** The next offset that the group has committed. */
  committed(): Promise<bigint | undefined>;
}

/**
 * The right to move a group on in one partition. What makes it exactly once is one rule: an offset is committed only by a
 * producer that had fenced all others before the offset was read from which it goes on. Whoever wrongly takes
 * itself for the owner can then delay the other, but neither repeat nor lose a record.
 */
export class Claim {
  #producer: Writer | undefined;
  #committed: bigint | undefined;

  constructor(private readonly context: ClaimContext) {}

  /** Fences the others; resolves to where the group is. */
  async take(): Promise<bigint | undefined> {
    this.drop();
    await this.#fence();
    return this.#committed;
  }

  /**
   * Writes `messages` and moves the group on to `nextOffset`, in one transaction; tries until it is done. When a broker was lost
   * in the midst, where the group is afterwards says whether the transaction was committed.
   *
   * @throws MoodtapeError MT_FENCED when another consumer has fenced this one, or `signal` has aborted before it was done;
   * MT_TRANSPORT when the brokers refuse what is to be written.
   */
  async advance(nextOffset: bigint, messages: readonly RoutedMessage[], signal: AbortSignal): Promise<void> {
    const { topic, partition, brokers, log } = this.context;
    for (let failed = 0; ; failed++) {
      if (signal.aborted) throw fencedError(topic, partition);
      try {
        return await this.#advance(nextOffset, messages);
      } catch (error) {
        this.drop();
        if (isFenced(error)) throw fencedError(topic, partition);
        if (isRefused(error))
          throw transportError(error, `write the outputs of ${topic}/${partition}`, brokers);
        log('warn', 'commit failed, trying again', { error: messageOf(error) });
      }
      await rest(failed, signal);
    }
  }

  /** Closes the producer, in the background: requests to a broker that is gone may take long to fail. */
  drop(): void {
    void this.#producer?.close();
    this.#producer = undefined;
  }

  async #advance(nextOffset: bigint, messages: readonly RoutedMessage[]): Promise<void> {
    const { group, topic, partition } = this.context;
    const [held, before] = [this.#producer, this.#committed];
    const producer = held ?? (await this.#fence());
    if (held === undefined) {
      if (this.#committed === nextOffset) return;
      if (this.#committed !== before) throw fencedError(topic, partition);
    }
    await producer.write(messages, { group, topic, partition, offset: nextOffset });
    this.#committed = nextOffset;
  }

  async #fence(): Promise<Writer> {
    const producer = await this.context.openProducer();
    this.#producer = producer;
    this.#committed = await this.context.committed();
    return producer;
  }
}
