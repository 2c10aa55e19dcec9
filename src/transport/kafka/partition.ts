import type { KafkaMessage } from 'kafkajs';
import { MoodtapeError, messageOf } from '../../errors.js';
import type { ConsumeOptions, Poll } from '../transport.js';
import { Backlog, type Portion } from './backlog.js';
import type { Claim } from './claim.js';
import { fencedError, isRefused } from './errors.js';
import type { Bounds } from './offsets.js';
import type { KafkaLog } from './options.js';
import { KafkaPoll } from './poll.js';
import type { RoutedMessage } from './record.js';
import { rest } from './rest.js';
import type { Router } from './router.js';

/** What a partition may keep beside its poll before no more is fetched: enough to work on while a fetch is under way. */
const BACKLOG_BYTES = 2 ** 20;

/** Steers the fetching of one partition. */
export interface Fetching {
  seek(offset: bigint): void;
  pause(): void;
  resume(): void;
}

/** What a partition has of the consumer that owns it. */
export interface PartitionContext {
  readonly topic: string;
  readonly partition: number;
  readonly options: ConsumeOptions;
  readonly claim: Claim;
  readonly fetching: Fetching;
  readonly router: Router;
  readonly log: KafkaLog;
  bounds(): Promise<Bounds>;
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
  #paused = false;
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
    if (this.#backlog.bytes >= BACKLOG_BYTES) this.#pause();
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

  /** The group takes this consumer for the owner still. If it was fenced, that was not by the next one. */
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
    const { topic, partition, claim, fetching, log } = this.context;
    const signal = this.#released.signal;
    this.#state = 'acquiring';
    this.#pause();
    for (let failed = 0; !signal.aborted; failed++) {
      try {
        const start = await this.#start(await claim.take());
        if (signal.aborted) return;
        this.#position = start;
        this.#state = 'reading';
        fetching.seek(start);
        this.#resume();
        return log({
          level: 'debug',
          message: 'partition acquired',
          fields: { topic, partition, offset: String(start) },
        });
      } catch (error) {
        if (isRefused(error)) return this.context.fail(error);
        log({
          level: 'warn',
          message: 'cannot acquire a partition yet',
          fields: { topic, partition, error: messageOf(error) },
        });
      }
      await rest(failed, signal);
    }
  }

  /** Where to read from; where the group is from now on, but where all begin that have no offset yet. */
  async #start(committed: bigint | undefined): Promise<bigint> {
    const { claim, options } = this.context;
    const { low, high } = await this.context.bounds();
    if (committed === undefined && options.from === 'earliest') return low;
    const offset = committed ?? high;
    const start = offset < low || offset > high ? low : offset;
    if (start !== committed) await claim.advance(start, [], this.#released.signal);
    return start;
  }

  /** Gives out the next poll, unless there is one. */
  #give(): void {
    const { topic, partition, options, router, emit } = this.context;
    if (this.#state !== 'reading' || this.#hushed || this.#out !== undefined) return;
    const portion = this.#returned ?? this.#backlog.take(options);
    if (portion === undefined) return;
    this.#returned = undefined;
    this.#out = portion;
    if (this.#backlog.bytes < BACKLOG_BYTES) this.#resume();
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
      if (error instanceof MoodtapeError && error.code === 'MT_FENCED') this.#lose();
      throw error;
    }
    this.#settle(portion);
  }

  /** There was nothing to be shown: the group moves on by itself, so that nobody takes what is left for lag. */
  #commitOffset(portion: Portion): void {
    this.#commit(portion, []).catch((error: unknown) => {
      const { topic, partition, log } = this.context;
      log({
        level: 'debug',
        message: 'offset not committed',
        fields: { topic, partition, error: messageOf(error) },
      });
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
    this.#pause();
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

  #pause(): void {
    if (!this.#paused) this.context.fetching.pause();
    this.#paused = true;
  }

  #resume(): void {
    if (this.#paused) this.context.fetching.resume();
    this.#paused = false;
  }
}
