import { connect, filter, map, merge, type OperatorFunction } from 'rxjs';
import { MoodtapeError } from '../errors.js';
import type { Cost } from '../inference/cost-model.js';
import type { Engine, Score } from '../inference/engine.js';
import { type BatchLimits, nextBatch } from '../inference/planner.js';
import type { ScoreCache } from '../inference/score-cache.js';
import { scoreBisecting } from './bisect.js';
import type { Report } from './event.js';
import { Failed, type Prepared, type Scored } from './item.js';
import { type Discipline, microBatch } from './micro-batch.js';
import { toSentiment } from './sentiment.js';
import { singleFlight } from './single-flight.js';

export interface ScoreOptions {
  readonly engine: Engine;
  readonly cache: ScoreCache;
  readonly limits: BatchLimits;
  readonly cost: Cost;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly report: Report;
}

/** For so many milliseconds after a live text one worker is kept from archives: the next live text finds it free. */
const KEPT_FREE_MS = 1000;

/**
 * Scores texts in micro-batches, all polls, topics and domains together. A text that was scored lately, or that is
 * queued already, is not read again. Texts that the model fails on go on as `Failed`; an engine that fails
 * altogether ends the stream.
 */
export function score(options: ScoreOptions): OperatorFunction<Prepared | Failed, Scored | Failed> {
  const { engine, cache, limits, cost, now, report } = options;

  const scored = ({ arrival, subject }: Prepared, result: Score, cached: boolean): Scored => ({
    arrival,
    sentiment: toSentiment(subject, result, now()),
    cached,
  });

  let lastLive = Number.NEGATIVE_INFINITY;
  const recall = (item: Prepared): Prepared | Scored => {
    if (item.priority === 'live') lastLive = item.queuedAt;
    const known = cache.get(item.key);
    return known === undefined ? item : scored(item, known, true);
  };

  const discipline: Discipline<Prepared> = {
    due: ({ deadline }) => deadline,
    choose: (queue, idle) =>
      nextBatch(queue, limits, cost, keepsOneFree(queue) ? Math.max(0, idle - 1) : idle),
  };

  const keepsOneFree = (queue: readonly Prepared[]): boolean =>
    engine.workers > 1 &&
    performance.now() - lastLive < KEPT_FREE_MS &&
    queue.every(({ priority }) => priority === 'backfill');

  const run = async (batch: readonly Prepared[]) => {
    const started = performance.now();
    const answers = await scoreBisecting(
      engine,
      batch.map(({ tokens }) => tokens),
    );
    const milliseconds = performance.now() - started;
    const waits = batch.map(({ queuedAt }) => started - queuedAt);
    report({ type: 'batch', ...sizeOf(batch), milliseconds, waits });
    return batch.map((item, index) => ({ item, answer: answerFor(item, answers[index]) }));
  };

  const queued = (texts: number) => report({ type: 'queue', texts });

  const answerFor = (
    { key, reader }: Prepared,
    answer: Score | MoodtapeError | undefined,
  ): Score | MoodtapeError => {
    if (answer === undefined)
      return new MoodtapeError('MT_INFERENCE', 'the engine left a text of the batch out');
    // After a swap another model may have read it than the key says.
    if (!(answer instanceof MoodtapeError) && answer.model.version === reader) cache.set(key, answer);
    return answer;
  };

  return (items) =>
    items.pipe(
      map((item) => (item instanceof Failed ? item : recall(item))),
      connect((some) =>
        merge(
          some.pipe(filter(isSettled)),
          some.pipe(
            filter(isOpen),
            // A live text does not wait for an equal one of an archive, which lets others go first.
            singleFlight(
              ({ key, priority }) => `${priority} ${key}`,
              microBatch(engine.workers, discipline, run, queued),
            ),
            map(({ item, answer, shared }) =>
              answer instanceof MoodtapeError
                ? new Failed(item.arrival, 'score', answer)
                : scored(item, answer, shared),
            ),
          ),
        ),
      ),
    );
}

function isSettled(item: Prepared | Scored | Failed): item is Scored | Failed {
  return item instanceof Failed || 'sentiment' in item;
}

function isOpen(item: Prepared | Scored | Failed): item is Prepared {
  return !isSettled(item);
}

function sizeOf(batch: readonly Prepared[]) {
  const lengths = batch.map(({ tokens }) => tokens.ids.length);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  return { texts: batch.length, tokens, padding: batch.length * Math.max(...lengths) - tokens };
}
