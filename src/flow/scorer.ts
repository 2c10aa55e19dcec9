import {
  connect,
  defer,
  from,
  merge,
  NEVER,
  type Observable,
  Subject,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';
import { type CostCoefficients, costOf, DEFAULT_COST } from '../inference/cost-model.js';
import type { Engine } from '../inference/engine.js';
import { BATCH_LIMITS, type BatchLimits, BESIDE_LIVE_SECONDS } from '../inference/planner.js';
import { CACHE_SIZE, ScoreCache } from '../inference/score-cache.js';
import { StockNames } from '../text/stock-names.js';
import type { ConsumeOptions, Poll, Transport } from '../transport/transport.js';
import { arrivals } from './arrivals.js';
import { commit, type Outputs } from './commit.js';
import { decode, type Input } from './decode.js';
import { enrich } from './enrich.js';
import type { ScorerEvent } from './event.js';
import { score } from './score.js';
import { checkLabels } from './sentiment.js';

export interface ScorerOptions {
  readonly transport: Transport;
  readonly engine: Engine;
  readonly inputs: readonly Input[];
  readonly outputs: Outputs;
  /** Consumer group. */
  readonly group: string;
  /** Where a group without a committed offset starts; `earliest` when left out. */
  readonly from?: ConsumeOptions['from'];
  readonly limits?: BatchLimits;
  readonly cost?: CostCoefficients;
  /** Names to find symbols by in texts whose records state none. */
  readonly names?: StockNames;
  /** Texts whose score is remembered; 0 for none. */
  readonly cacheSize?: number;
  /** Bytes of records that are read and not yet committed, all partitions together. */
  readonly bytesInFlight?: number;
  /** Records of one poll at most. */
  readonly pollRecords?: number;
  /** Its first value stops the reading; the scorer completes when the polls in flight are committed. */
  readonly drain?: Observable<unknown>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const BYTES_IN_FLIGHT = 32 * 1024 * 1024;
/** Records of one poll at most. */
export const POLL_RECORDS = 1024;
/** The same where live texts and archives share a scorer: a large transaction would hold up the next live text. */
const SHARED_POLL_RECORDS = 256;
/** Bytes that a poll may have however many partitions there are. */
const SMALLEST_POLL = 64 * 1024;

/**
 * Reads texts, scores them and writes the scores: subscribing starts it, `drain` ends it in good order, and
 * unsubscribing at once. What is not committed by then is read again by the next scorer of the group, so every record
 * has exactly one score or dead letter among the committed records whenever and however a scorer ends.
 *
 * Fails with the error of the log when it is out of reach, and of the engine when it cannot score at all (MT_DEVICE).
 */
export function scorer(options: ScorerOptions): Observable<ScorerEvent> {
  const { transport, engine, inputs, outputs, group } = options;
  const {
    limits = BATCH_LIMITS,
    cost = DEFAULT_COST,
    names = new StockNames(),
    drain = NEVER,
    now = Date.now,
  } = options;
  const topics = inputs.map(({ topic }) => topic);
  const shared = new Set(inputs.map(({ priority = 'live' }) => priority)).size > 1;

  return defer(() => {
    checkLabels(engine.model);
    const events = new Subject<ScorerEvent>();
    const report = (event: ScorerEvent) => events.next(event);
    const cache = new ScoreCache(options.cacheSize ?? CACHE_SIZE);

    const polls = from(transport.lag(group, topics)).pipe(
      switchMap((partitions) =>
        transport.consume({
          group,
          topics,
          from: options.from ?? 'earliest',
          maxRecords: options.pollRecords ?? (shared ? SHARED_POLL_RECORDS : POLL_RECORDS),
          maxBytes: pollBytes(options.bytesInFlight ?? BYTES_IN_FLIGHT, partitions.length),
        }),
      ),
    );

    const work = polls.pipe(
      // Reading goes on, unheeded, while what is in flight is committed: to leave the group first would lose it.
      connect((read) =>
        read.pipe(
          takeUntil(drain),
          tap((poll) => report(pollRead(poll))),
          arrivals(now),
          decode(inputs),
          enrich({ engine, names }),
          score({
            engine,
            cache,
            limits: shared ? { ...limits, backfillSeconds: BESIDE_LIVE_SECONDS } : limits,
            cost: costOf(cost),
            now,
            report,
          }),
          commit({ outputs, now, report }),
        ),
      ),
    );
    return merge(events, work.pipe(tap({ complete: () => events.complete() })));
  });
}

/** Each partition has at most one poll in flight. */
function pollBytes(bytesInFlight: number, partitions: number): number {
  return Math.max(SMALLEST_POLL, Math.floor(bytesInFlight / Math.max(1, partitions)));
}

function pollRead({ topic, partition, records }: Poll): ScorerEvent {
  const bytes = records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
  return { type: 'read', topic, partition, records: records.length, bytes };
}
