import { randomUUID } from 'node:crypto';
import type { ConsumeOptions } from '../transport.js';
import { assign } from './assignment.js';
import type { Claim, Group } from './group.js';
import type { Log, Partition } from './log.js';
import { isAlive } from './member.js';

/** What a look at the group says. */
export interface Plan {
  /** Ids of the partitions that this member should have. */
  readonly share: ReadonlySet<number>;
  /** Those of its share that nobody living owns. */
  readonly free: readonly Partition[];
  /** Members whose lease has run out or whose process is gone. */
  readonly dead: readonly string[];
  /** This member's own lease is to be renewed. */
  readonly renew: boolean;
}

/** A partition that a member owns, and since which epoch. */
export interface Holding {
  readonly partition: Partition;
  readonly epoch: number;
}

/**
 * One consumer's side of its group. There is no coordinator: every member looks at the same rows, finds the same
 * shares, gives back what is not its own and takes what is free. A claim is written in a transaction, so two
 * members never take the same partition.
 */
export class Membership {
  private readonly id = randomUUID();

  /** @throws MoodtapeError MT_TRANSPORT when a topic does not exist. */
  constructor(
    private readonly log: Log,
    private readonly group: Group,
    private readonly options: Pick<ConsumeOptions, 'topics' | 'from'>,
    private readonly sessionMs: number,
  ) {
    for (const topic of options.topics) log.partitionsOf(topic);
  }

  plan(): Plan {
    const now = Date.now();
    const members = this.group.members();
    const own = members.get(this.id);
    const living = new Map<string, { topics: readonly string[] }>([[this.id, this.options]]);
    const dead: string[] = [];
    for (const [id, member] of members) {
      if (id === this.id) continue;
      if (isAlive(member, now)) living.set(id, member);
      else dead.push(id);
    }
    const share = this.shareOf(living);
    const isFree = (partition: Partition) => {
      const owner = this.group.claim(partition)?.owner;
      return typeof owner !== 'string' || owner === this.id || !living.has(owner);
    };
    return {
      share: new Set(share.map(({ id }) => id)),
      free: share.filter(isFree),
      dead,
      renew: own === undefined || own.expires - now < (this.sessionMs * 2) / 3,
    };
  }

  /** Renews the lease, buries the dead, gives back `release`, and takes what is free and not `held`. */
  async carryOut(held: ReadonlySet<number>, release: readonly Holding[]): Promise<(Holding & Claim)[]> {
    return this.log.environment.write(() => {
      const { dead, free } = this.plan();
      for (const id of dead) this.group.remove(id);
      this.group.renew(this.id, this.options.topics, Date.now() + this.sessionMs);
      for (const { partition, epoch } of release) this.group.release(partition, epoch);
      return free
        .filter(({ id }) => !held.has(id))
        .map((partition) => ({ partition, ...this.group.take(partition, this.id, this.options.from) }));
    });
  }

  /** False once another member has taken the partition. */
  holds({ partition, epoch }: Holding): boolean {
    return this.group.claim(partition)?.epoch === epoch;
  }

  /** Moves the group on; false, with nothing written, when the holding is lost. Only inside `Environment.write`. */
  advance({ partition, epoch }: Holding, offset: number): boolean {
    return this.group.advance(partition, epoch, offset);
  }

  async leave(holdings: readonly Holding[]): Promise<void> {
    await this.log.environment.write(() => {
      for (const { partition, epoch } of holdings) this.group.release(partition, epoch);
      this.group.remove(this.id);
    });
  }

  /** The shares are cut over all topics that the living members read, so that each finds the same ones. */
  private shareOf(living: ReadonlyMap<string, { topics: readonly string[] }>): Partition[] {
    const topics = new Set([...living.values()].flatMap((member) => member.topics));
    const partitions = [...topics].flatMap((topic) => this.log.partitionsOf(topic));
    const owners = assign(living, partitions);
    return partitions.filter(({ id }) => owners.get(id) === this.id);
  }
}
