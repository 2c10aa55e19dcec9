import type { Partition } from './log.js';
import type { Member } from './member.js';

/** Round robin: each partition goes to the next of the members that read its topic. Owners by partition id. */
export function assign(
  members: ReadonlyMap<string, Pick<Member, 'topics'>>,
  partitions: readonly Partition[],
): Map<number, string> {
  const ids = [...members.keys()].sort();
  const ordered = [...partitions].sort((a, b) => a.id - b.id);
  const owners = new Map<number, string>();
  for (const [turn, { id, topic }] of ordered.entries()) {
    const readers = ids.filter((member) => members.get(member)?.topics.includes(topic));
    const owner = readers[turn % readers.length];
    if (owner !== undefined) owners.set(id, owner);
  }
  return owners;
}
