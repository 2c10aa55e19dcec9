import type { Admin } from 'kafkajs';
import { INDEX, SCORED } from '../../src/topology/topics.js';

export const RAW = ['raw.news', 'raw.forum'] as const;

/** The groups of topologies/live.yaml and view.yaml with what they read, in the order of the flow. */
const GROUPS = [
  ['moodtape', RAW],
  ['moodtape-index', [SCORED]],
  ['moodtape-view', [SCORED, INDEX]],
] as const;

/** How many records of the topics a group has not read, counting markers of transactions. */
export async function lagOf(admin: Admin, group: string, topics: readonly string[]): Promise<number> {
  const offsets = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  const read = new Map(
    offsets.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)]),
    ),
  );
  let lag = 0;
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      lag += Number(high) - Math.max(Number(low), read.get(`${topic}/${partition}`) ?? 0);
    }
  }
  return lag;
}

/** Whether all is read, in the order of the flow: what one group has read, the next ones have been given. */
export async function allRead(admin: Admin, by: 'scorers' | 'all'): Promise<boolean> {
  for (const [group, topics] of by === 'scorers' ? GROUPS.slice(0, 1) : GROUPS) {
    if ((await lagOf(admin, group, topics)) > 0) return false;
  }
  return true;
}
