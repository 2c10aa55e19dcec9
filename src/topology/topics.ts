import type { TopicSpec } from '../transport/transport.js';
import type { Topology } from './topology.js';

/** The topics that moodtape writes. */
export const SCORED = 'sentiment.scored';
export const DEAD_LETTERS = 'sentiment.dead-letters';
export const INDEX = 'sentiment.index';

/**
 * The topics of a topology, to be created where they do not exist. The index has one partition, so that its rows have
 * one order; dead letters are few, and read by people.
 */
export function topicsOf({ log, sources }: Topology): TopicSpec[] {
  const { retention: retentionMs } = log;
  return [
    ...sources.map(({ topic, partitions = log.partitions }) => ({ name: topic, partitions, retentionMs })),
    { name: SCORED, partitions: log.partitions, retentionMs },
    { name: DEAD_LETTERS, partitions: 1, retentionMs },
    { name: INDEX, partitions: 1, retentionMs },
  ];
}
