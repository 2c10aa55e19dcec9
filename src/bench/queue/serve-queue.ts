import { lastValueFrom, Subject } from 'rxjs';
import { type Discipline, microBatch } from '../../flow/micro-batch.js';
import type { Cost } from '../../inference/cost-model.js';
import type { Engine, TokenisedText } from '../../inference/engine.js';
import { BATCH_LIMITS, nextBatch, PATIENCE, type QueuedText } from '../../inference/planner.js';
import { normalise } from '../../text/normalise.js';
import { openLoop } from './arrivals.js';
import type { Serve } from './served.js';

interface Waiting extends QueuedText {
  readonly index: number;
  readonly tokens: TokenisedText;
}

/** Serves texts from the queue of the micro-batches: from a text as it comes to its score. */
export function serveQueue(engine: Engine, texts: readonly string[], cost: Cost): Serve {
  return async (arrivals) => {
    const latencies = new Float64Array(arrivals.length);
    const started = performance.now();

    const run = async (batch: readonly Waiting[]) => {
      await engine.score(batch.map(({ tokens }) => tokens));
      const now = performance.now();
      for (const { index } of batch) latencies[index] = (now - started) / 1000 - (arrivals[index] ?? 0);
      return batch;
    };
    const discipline: Discipline<Waiting> = {
      due: ({ deadline }) => deadline,
      choose: (queue, idle) => nextBatch(queue, BATCH_LIMITS, cost, idle),
    };

    const queue = new Subject<Waiting>();
    const arrive = (index: number) => {
      const tokens = engine.tokenise(normalise(texts[index % texts.length] ?? ''));
      const deadline = performance.now() + PATIENCE.live;
      queue.next({ index, tokens, length: tokens.ids.length, priority: 'live', deadline });
    };
    await Promise.all([
      lastValueFrom(queue.pipe(microBatch(engine.workers, discipline, run))),
      openLoop(arrivals, started, arrive).finally(() => queue.complete()),
    ]);
    return { latencies, seconds: (performance.now() - started) / 1000, commits: [] };
  };
}
