import type { TopicSpec } from '../transport/transport.js';
import type { Topology } from './topology.js';

/** The topics that moodtape writes. */
export const SCORED = 'sentiment.scored';
export const DEAD_LETTERS = 'sentiment.dead-letters';
export const INDEX = 'sentiment.index';
export const MODELS = 'models';

/**
 * The topics of a topology, to be created where they do not exist. The index has one partition, so that its rows have
 * one order, and so has what happens to models, which is kept for ever; dead letters are few, and read by people.
 */
export function topicsOf({ log, sources, trainer }: Topology): TopicSpec[] {
  const { retention: retentionMs } = log;
  return [
    ...sources.map(({ topic, partitions = log.partitions }) => ({ name: topic, partitions, retentionMs })),
    { name: SCORED, partitions: log.partitions, retentionMs },
    { name: DEAD_LETTERS, partitions: 1, retentionMs },
    { name: INDEX, partitions: 1, retentionMs },
    ...(trainer === undefined
      ? []
      : [
          { name: trainer.topic, partitions: log.partitions, retentionMs },
          { name: MODELS, partitions: 1 },
        ]),
  ];
}
