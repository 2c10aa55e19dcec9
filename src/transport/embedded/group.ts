import type { Database } from 'lmdb';
import type { Log, Partition } from './log.js';
import { type Member, memberOf } from './member.js';

/** Who reads a partition for a group, and how far the group has come. */
export interface Claim {
  /** Id of a member; null when the partition is free. */
  readonly owner: string | null;
  /** Rises whenever the partition gets a new owner: a commit under an older epoch is fenced. */
  readonly epoch: number;
  /** The next offset that the group will read. */
  readonly offset: number;
}

type MemberTable = Database<Member, [group: string, member: string]>;
type ClaimTable = Database<Claim, [group: string, partition: number]>;

/** Sorts after every member id. */
const AFTER_IDS = '\uffff';

/** The tables of all consumer groups of a log. */
export class Groups {
  private readonly members: MemberTable;
  private readonly claims: ClaimTable;

  constructor(private readonly log: Log) {
    this.members = log.environment.table('members');
    this.claims = log.environment.table('claims');
  }

  group(name: string): Group {
    return new Group(this.log, this.members, this.claims, name);
  }
}

/** The rows of one consumer group: its members and its claims. Writes belong inside `Environment.write`. */
export class Group {
  constructor(
    private readonly log: Log,
    private readonly rows: MemberTable,
    private readonly claims: ClaimTable,
    private readonly name: string,
  ) {}

  /** Every member by its id, dead ones too. */
  members(): Map<string, Member> {
    const members = new Map<string, Member>();
    for (const { key, value } of this.rows.getRange({ start: [this.name], end: [this.name, AFTER_IDS] })) {
      members.set(key[1], value);
    }
    return members;
  }

  renew(id: string, topics: readonly string[], expires: number): void {
    this.rows.put([this.name, id], memberOf(topics, expires));
  }

  remove(id: string): void {
    this.rows.remove([this.name, id]);
  }

  claim({ id }: Partition): Claim | undefined {
    return this.claims.get([this.name, id]);
  }

  /** Makes `owner` the owner under a new epoch. A group that is new to the partition starts at `from`. */
  take(partition: Partition, owner: string, from: 'earliest' | 'latest'): Claim {
    const before = this.claim(partition);
    const start = from === 'earliest' ? this.log.start(partition.id) : this.log.end(partition.id);
    const claim = { owner, epoch: (before?.epoch ?? 0) + 1, offset: before?.offset ?? start };
    this.put(partition, claim);
    return claim;
  }

  /** Frees the partition, unless another owner has taken it since. */
  release(partition: Partition, epoch: number): void {
    const claim = this.claim(partition);
    if (claim?.epoch === epoch) this.put(partition, { ...claim, owner: null });
  }

  /** Moves on to `offset`; false, with nothing written, when the partition has a newer epoch. */
  advance(partition: Partition, epoch: number, offset: number): boolean {
    const claim = this.claim(partition);
    if (claim?.epoch !== epoch) return false;
    this.put(partition, { ...claim, offset });
    return true;
  }

  private put({ id }: Partition, claim: Claim): void {
    this.claims.put([this.name, id], claim);
  }
}
