import { POLL_RECORDS } from '../../flow/scorer.js';
import type { Cost } from '../../inference/cost-model.js';
import { type BatchLimits, nextBatch, PATIENCE, type QueuedText } from '../../inference/planner.js';
import { Agenda } from './agenda.js';

/** A scorer, as the simulation sees it. */
export interface Station {
  /** Batches that run at the same time. */
  readonly workers: number;
  readonly limits: BatchLimits;
  /** What the planner takes a batch to cost. */
  readonly cost: Cost;
  /** Seconds that a batch takes. */
  readonly service: Cost;
  /** Where the texts come from; without it each stands in the queue when it arrives, and is done when it is scored. */
  readonly log?: {
    /** They take turns in getting the texts; each has one poll in flight. */
    readonly partitions: number;
    /** Seconds that the transaction of a poll takes. */
    readonly commit: number;
  };
}

interface Text extends QueuedText {
  readonly index: number;
  readonly partition: Partition;
}

interface Partition {
  /** Texts that are not polled yet, by their index. */
  waiting: number[];
  /** Texts of the poll in flight. */
  polled: number;
  /** Of these, texts that are scored. */
  scored: number[];
}

/**
 * Plays the texts' way through a scorer, with its own planner, and returns the seconds that each text took from its
 * arrival: to its score, or to its commit where there is a log.
 *
 * @param arrivals seconds, ascending
 * @param lengths tokens of the texts, which repeat
 */
export function simulate(arrivals: Float64Array, lengths: readonly number[], station: Station): Float64Array {
  const { workers, limits, cost, service } = station;
  // Without a log it is as if every text were a partition of its own.
  const { partitions: count, commit } = station.log ?? { partitions: arrivals.length, commit: 0 };
  const partitions = Array.from({ length: count }, (): Partition => ({ waiting: [], polled: 0, scored: [] }));
  const latencies = new Float64Array(arrivals.length);
  const agenda = new Agenda();
  let queue: Text[] = [];
  let busy = 0;

  const poll = (partition: Partition, time: number) => {
    if (partition.polled > 0) return;
    const polled = partition.waiting.splice(0, POLL_RECORDS);
    partition.polled = polled.length;
    const deadline = 1000 * time + PATIENCE.live;
    for (const index of polled) {
      const length = lengths[index % lengths.length] ?? 0;
      queue.push({ index, partition, length, priority: 'live', deadline });
    }
  };

  const dispatch = (time: number) => {
    while (busy < workers && queue.length > 0) {
      const chosen = new Set(nextBatch(queue, limits, cost, workers - busy));
      const batch = queue.filter((_, at) => chosen.has(at));
      queue = queue.filter((_, at) => !chosen.has(at));
      busy++;
      const longest = Math.max(...batch.map(({ length }) => length));
      agenda.add(time + service(batch.length, longest), (end) => {
        busy--;
        for (const text of batch) finish(text, end);
        dispatch(end);
      });
    }
  };

  const finish = ({ index, partition }: Text, time: number) => {
    if (partition.scored.push(index) < partition.polled) return;
    agenda.add(time + commit, (end) => {
      for (const done of partition.scored) latencies[done] = end - (arrivals[done] ?? 0);
      partition.scored = [];
      partition.polled = 0;
      poll(partition, end);
      dispatch(end);
    });
  };

  for (const [index, time] of arrivals.entries()) {
    agenda.runUntil(time);
    const partition = partitions[index % count];
    if (partition === undefined) continue;
    partition.waiting.push(index);
    poll(partition, time);
    dispatch(time);
  }
  agenda.runUntil(Number.POSITIVE_INFINITY);
  return latencies;
}
