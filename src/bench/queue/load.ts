import type { Engine } from '../../inference/engine.js';
import { BATCH_LIMITS } from '../../inference/planner.js';
import { normalise } from '../../text/normalise.js';
import { quantile } from '../quantile.js';
import type { Served } from './served.js';

/** Arrivals all at once: what is done of them in a second is the capacity. */
export const together = (texts: number): Float64Array => new Float64Array(texts);

/** A share of the arrivals at the beginning that counts for nothing: the queue is emptier then than it is later. */
const SETTLING = 0.1;

/** Milliseconds that half, 95 % and 99 % of the texts did not exceed. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function latencyOf(latencies: Served['latencies']): Latency {
  const sorted = latencies.slice(Math.floor(SETTLING * latencies.length)).sort();
  const milliseconds = (q: number) => 1000 * quantile(sorted, q);
  return { p50: milliseconds(0.5), p95: milliseconds(0.95), p99: milliseconds(0.99) };
}

/** Milliseconds of a full batch of texts of like length, over all their lengths and while every worker has one. */
export async function fullBatch(engine: Engine, texts: readonly string[]): Promise<number> {
  const tokens = texts.map((text) => engine.tokenise(normalise(text)));
  tokens.sort((a, b) => a.ids.length - b.ids.length);
  const size = Math.min(BATCH_LIMITS.maxTexts, tokens.length);
  const batches = Array.from({ length: Math.floor(tokens.length / size) }, (_, n) =>
    tokens.slice(n * size, (n + 1) * size),
  );
  const milliseconds: number[] = [];
  const left = batches.values();
  const work = async () => {
    for (const batch of left) {
      const started = performance.now();
      await engine.score(batch);
      milliseconds.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: engine.workers }, work));
  return milliseconds.reduce((sum, one) => sum + one, 0) / milliseconds.length;
}
