import type { KafkaMessage } from 'kafkajs';
import { messageOf } from '../../errors.js';
import type { ConsumeOptions, Poll } from '../transport.js';
import { type AcquireContext, acquire } from './acquire.js';
import { Backlog, type Portion } from './backlog.js';
import { fencedError, isFenced } from './errors.js';
import type { Fetching } from './membership.js';
import { KafkaPoll } from './poll.js';
import type { RoutedMessage } from './record.js';
import type { Router } from './router.js';

/** What a partition may keep beside its poll before no more is fetched: enough to work on while a fetch is under way. */
const BACKLOG_BYTES = 2 ** 20;

/** What a partition has of the consumer that owns it. */
export interface PartitionContext extends AcquireContext {
  readonly topic: string;
  readonly partition: number;
  readonly options: ConsumeOptions;
  readonly fetching: Fetching;
  readonly router: Router;
  emit(poll: Poll): void;
  /** A poll is no longer out. */
  settled(): void;
  fail(error: unknown): void;
}

/** A partition from its assignment to this consumer until its release. Fetches ahead of its polls, but not far. */
export class Partition {
  readonly #backlog: Backlog;
  readonly #released = new AbortController();
  #state: 'acquiring' | 'reading' | 'fenced' = 'acquiring';
  /** The group rebalances: no poll is given out. */
  #hushed = false;
  /** Where the next fetch begins. */
  #position = 0n;
  /** In a poll that is not acknowledged. */
  #out: Portion | undefined;
  /** To be given out again. */
  #returned: Portion | undefined;
  /** What is being done with the claim. */
  #work: Promise<void>;

  constructor(private readonly context: PartitionContext) {
    this.#backlog = new Backlog(context.topic, context.partition);
    this.#work = this.#acquire();
  }

  /** A poll is out. */
  get busy(): boolean {
    return this.#out !== undefined;
  }

  /** Takes what was fetched; false when it was fetched from elsewhere than where this partition reads. */
  receive(messages: readonly KafkaMessage[], end: bigint): boolean {
    if (this.#state !== 'reading') return false;
    this.#position = end;
    this.#backlog.add(messages, end);
    if (this.#backlog.bytes >= BACKLOG_BYTES) this.context.fetching.pause();
    this.#give();
    return true;
  }

  /** From `first` up to `end` there was nothing that is to be shown. */
  pass(first: bigint, end: bigint): void {
    if (first === this.#position) this.receive([], end);
  }

  hush(): void {
    this.#hushed = true;
  }

  /** The group has rebalanced and the partition stays with this consumer. */
  rejoined(): void {
    this.#hushed = false;
    if (this.#state === 'fenced') this.#work = this.#acquire();
    if (this.#state !== 'reading') return;
    this.context.fetching.seek(this.#position);
    this.#give();
  }

  /** The group says that this consumer is the owner; so whoever has fenced it was not. */
  confirm(): void {
    if (this.#state === 'fenced' && !this.#hushed) this.#work = this.#acquire();
  }

  /** Polls that are out are refused from here on, unless their commit is under way. */
  async release(): Promise<void> {
    this.#released.abort();
    this.#forget();
    await this.#work;
    this.context.claim.drop();
  }

  async #acquire(): Promise<void> {
    const { fetching, log, fail } = this.context;
    this.#state = 'acquiring';
    fetching.pause();
    const start = await acquire(this.context, this.#released.signal).catch(fail);
    if (start === undefined) return;
    this.#position = start;
    this.#state = 'reading';
    fetching.seek(start);
    fetching.resume();
    log('debug', 'partition acquired', { offset: String(start) });
  }

  /** Gives out the next poll, unless there is one. */
  #give(): void {
    const { topic, partition, options, fetching, router, emit } = this.context;
    if (this.#state !== 'reading' || this.#hushed || this.#out !== undefined) return;
    const portion = this.#returned ?? this.#backlog.take(options);
    if (portion === undefined) return;
    this.#returned = undefined;
    this.#out = portion;
    if (this.#backlog.bytes < BACKLOG_BYTES) fetching.resume();
    if (portion.records.length === 0) {
      this.#commitOffset(portion);
      return;
    }
    emit(
      new KafkaPoll(topic, partition, portion, router, {
        assertHeld: () => this.#assertHeld(portion),
        commit: (messages) => this.#commit(portion, messages),
        abort: () => this.#abort(portion),
      }),
    );
  }

  async #commit(portion: Portion, messages: readonly RoutedMessage[]): Promise<void> {
    this.#assertHeld(portion);
    const advanced = this.context.claim.advance(portion.nextOffset, messages, this.#released.signal);
    this.#work = advanced.catch(() => undefined);
    try {
      await advanced;
    } catch (error) {
      if (isFenced(error)) this.#lose();
      throw error;
    }
    this.#settle(portion);
  }

  /** There was nothing to be shown: the group moves on by itself, so that nobody takes what is left for lag. */
  #commitOffset(portion: Portion): void {
    this.#commit(portion, []).catch((error: unknown) => {
      this.context.log('debug', 'offset not committed', { error: messageOf(error) });
      this.#settle(portion);
    });
  }

  #abort(portion: Portion): void {
    if (this.#out === portion) this.#returned = portion;
    this.#settle(portion);
  }

  #settle(portion: Portion): void {
    if (this.#out !== portion) return;
    this.#out = undefined;
    this.context.settled();
    setImmediate(() => this.#give());
  }

  /** Another producer has fenced this one. */
  #lose(): void {
    if (this.#state !== 'reading' || this.#released.signal.aborted) return;
    this.#state = 'fenced';
    this.context.fetching.pause();
    this.#forget();
  }

  #forget(): void {
    this.#backlog.clear();
    this.#returned = undefined;
    this.#out = undefined;
    this.context.settled();
  }

  #assertHeld(portion: Portion): void {
    if (this.#out !== portion) throw fencedError(this.context.topic, this.context.partition);
  }
}
