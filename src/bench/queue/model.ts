import { costOf } from '../../inference/cost-model.js';
import type { CalibratedEngine } from '../../inference/create-engine.js';
import { BATCH_LIMITS } from '../../inference/planner.js';
import { normalise } from '../../text/normalise.js';
import type { Row } from '../benchmark.js';
import { median } from '../quantile.js';
import type { Served } from './served.js';
import type { Station } from './simulate.js';
import { slowedTo } from './slowed.js';

/** A scorer as the simulation knows it. */
export interface Model {
  /** Texts a second that were done when all came at once. */
  readonly capacity: number;
  /** Tokens of the texts. */
  readonly lengths: readonly number[];
  readonly station: Station;
  /** The same in numbers: what a batch, a token and a pair of tokens take of a worker. */
  readonly facts: Row;
}

/** @param saturated what was measured when all texts came at once */
export function modelOf(
  { engine, cost }: CalibratedEngine,
  texts: readonly string[],
  saturated: readonly Served[],
  log?: Station['log'],
): Model {
  const lengths = texts.map((text) => engine.tokenise(normalise(text)).ids.length);
  const capacity = median(saturated.map(({ latencies, seconds }) => latencies.length / seconds));
  const planned = {
    workers: engine.workers,
    limits: BATCH_LIMITS,
    cost: costOf(cost),
    ...(log && { log }),
  };
  const service = slowedTo(capacity, lengths, planned, cost);
  return {
    capacity,
    lengths,
    station: { ...planned, service: costOf(service) },
    facts: {
      runtime: engine.runtime,
      textsPerSecond: capacity,
      tokensPerText: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
      batchMs: 1e3 * service.fixed,
      tokenMicroseconds: 1e6 * service.perToken,
      pairNanoseconds: 1e9 * service.perPair,
    },
  };
}
