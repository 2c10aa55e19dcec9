import type { Subscriber, Subscription } from 'rxjs';
import { asMoodtapeError, MoodtapeError } from '../../errors.js';
import type { ConsumeOptions, Poll } from '../transport.js';
import type { Group } from './group.js';
import type { Log, PreparedRecord } from './log.js';
import { type Holding, Membership } from './membership.js';
import { EmbeddedPoll } from './poll.js';

/** How often a consumer looks for what other processes have done. */
const TICK_MS = 50;

interface Owned extends Holding {
  /** Where the next poll starts. */
  offset: number;
  /** A poll is out and not yet acknowledged. */
  outstanding: boolean;
  /** Another member should have the partition: it gets no more polls. */
  leaving: boolean;
}

/** One subscription to `consume`: keeps its share of the partitions and emits their polls. */
export class Consumer {
  private readonly membership: Membership;
  private readonly owned = new Map<number, Owned>();
  private readonly timer: NodeJS.Timeout;
  private readonly changes: Subscription;
  private rebalancing: Promise<void> | undefined;
  private pumping: NodeJS.Immediate | undefined;
  private left = false;

  constructor(
    private readonly log: Log,
    group: Group,
    private readonly options: Omit<ConsumeOptions, 'group'>,
    sessionMs: number,
    private readonly subscriber: Subscriber<Poll>,
  ) {
    this.membership = new Membership(log, group, options, sessionMs);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.changes = log.environment.changes.subscribe(() => this.schedulePump());
    setImmediate(() => this.tick());
  }

  /** Stops reading and gives the partitions back. A poll that is out can still commit until another takes over. */
  async leave(): Promise<void> {
    this.left = true;
    clearInterval(this.timer);
    clearImmediate(this.pumping);
    this.changes.unsubscribe();
    await this.rebalancing;
    await this.membership.leave([...this.owned.values()]);
  }

  private tick(): void {
    if (this.left) return;
    try {
      if (this.rebalancing === undefined) this.rebalance();
      this.pump();
    } catch (error) {
      this.fail(error);
    }
  }

  private rebalance(): void {
    const { share, free, dead, renew } = this.membership.plan();
    const release: Owned[] = [];
    for (const [id, owned] of this.owned) {
      owned.leaving = !share.has(id);
      if (!this.membership.holds(owned)) this.owned.delete(id);
      else if (owned.leaving && !owned.outstanding) release.push(owned);
    }
    const held = new Set(this.owned.keys());
    const takes = free.some(({ id }) => !held.has(id));
    if (!renew && !takes && dead.length === 0 && release.length === 0) return;

    for (const { partition } of release) this.owned.delete(partition.id);
    this.rebalancing = this.membership
      .carryOut(held, release)
      .then((taken) => {
        for (const { partition, epoch, offset } of taken) {
          this.owned.set(partition.id, { partition, epoch, offset, outstanding: false, leaving: false });
        }
      })
      .catch((error) => this.fail(error))
      .finally(() => {
        this.rebalancing = undefined;
        this.schedulePump();
      });
  }

  private schedulePump(): void {
    if (this.left) return;
    this.pumping ??= setImmediate(() => {
      this.pumping = undefined;
      try {
        this.pump();
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Emits a poll of every partition that has records and none out. */
  private pump(): void {
    for (const owned of this.owned.values()) {
      if (this.left) return;
      if (owned.outstanding || owned.leaving || this.log.end(owned.partition.id) <= owned.offset) continue;
      const records = this.log.read(owned.partition, owned.offset, this.options);
      const last = records.at(-1);
      if (last === undefined) continue;
      owned.outstanding = true;
      const nextOffset = last.offset + 1n;
      const { topic, partition } = owned.partition;
      this.subscriber.next(
        new EmbeddedPoll(topic, partition, records, nextOffset, this.log, {
          commit: (outgoing) => this.commit(owned, Number(nextOffset), outgoing),
          abort: () => this.acknowledge(owned, owned.offset),
        }),
      );
    }
  }

  private async commit(owned: Owned, nextOffset: number, outgoing: readonly PreparedRecord[]): Promise<void> {
    await this.log.environment.write(() => {
      if (!this.membership.advance(owned, nextOffset)) {
        const { topic, partition } = owned.partition;
        throw new MoodtapeError('MT_FENCED', `another consumer has taken over ${topic}/${partition}`);
      }
      this.log.put(outgoing);
    });
    this.acknowledge(owned, nextOffset);
  }

  private acknowledge(owned: Owned, offset: number): void {
    owned.offset = offset;
    owned.outstanding = false;
    if (owned.leaving) this.tick();
    else this.schedulePump();
  }

  private fail(error: unknown): void {
    this.subscriber.error(asMoodtapeError(error, 'MT_TRANSPORT'));
  }
}
