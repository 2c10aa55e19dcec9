import type { BatchScored, PollCommitted, ScorerEvent } from '../flow/event.js';
import { Histogram } from './histogram.js';

export interface PipelineSummary {
  /** Over the last minute. */
  readonly textsPerSecond: number;
  /** From a record's poll to its commit, over the last minute; undefined while there was none. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  /** Since the start. */
  readonly scored: number;
  readonly cached: number;
  readonly deadLettered: number;
  /** How many batches had up to `texts` texts, and more than the entry before. */
  readonly batches: readonly { readonly texts: number; readonly count: number }[];
}

const MINUTE_MS = 60_000;
/** Polls that are looked at, whatever time they took. */
const MOST_POLLS = 10_000;

type Recent = Pick<PollCommitted, 'records' | 'scored' | 'milliseconds'> & { readonly at: number };

/** How a pipeline does now, as opposed to `ScorerStats`: over its whole run. */
export class PipelineStats {
  readonly #startedAt: number;
  #recent: Recent[] = [];
  readonly #batches = new Map<number, number>();
  #scored = 0;
  #cached = 0;
  #dead = 0;
  /** What stands in the way, by what it stands in the way of. */
  readonly #problems = new Map<string, { readonly text: string; readonly until: number }>();

  /** @param now milliseconds, on the clock that all calls share */
  constructor(now: number) {
    this.#startedAt = now;
  }

  record(event: ScorerEvent, now: number): void {
    switch (event.type) {
      case 'batch':
        this.#recordBatch(event);
        break;
      case 'committed':
        this.#recordCommit(event, now);
        break;
      case 'retried':
        this.#problems.set('log', { text: event.error.message, until: now + MINUTE_MS });
        break;
      case 'swapFailed': {
        const text = `the ${event.role} model ${event.version} cannot be brought in: ${event.error.message}`;
        this.#problems.set('model', { text, until: Number.POSITIVE_INFINITY });
        break;
      }
      case 'swapped':
      case 'trialStarted':
        this.#problems.delete('model');
    }
  }

  /** What went wrong lately, in words. */
  problems(now: number): string[] {
    return [...this.#problems.values()].filter(({ until }) => until > now).map(({ text }) => text);
  }

  summary(now: number): PipelineSummary {
    this.#forget(now);
    const latency = new Histogram();
    for (const { milliseconds, records } of this.#recent) latency.record(milliseconds, records);
    const seconds = Math.max(1, Math.min(MINUTE_MS, now - this.#startedAt) / 1000);
    const scored = this.#recent.reduce((sum, poll) => sum + poll.scored, 0);
    return {
      textsPerSecond: scored / seconds,
      p50Ms: latency.count === 0 ? undefined : latency.quantile(0.5),
      p99Ms: latency.count === 0 ? undefined : latency.quantile(0.99),
      scored: this.#scored,
      cached: this.#cached,
      deadLettered: this.#dead,
      batches: [...this.#batches].sort(([a], [b]) => a - b).map(([texts, count]) => ({ texts, count })),
    };
  }

  #recordBatch({ texts }: BatchScored): void {
    const bucket = 2 ** Math.ceil(Math.log2(texts));
    this.#batches.set(bucket, (this.#batches.get(bucket) ?? 0) + 1);
  }

  #recordCommit({ records, scored, cached, dead, milliseconds }: PollCommitted, now: number): void {
    this.#scored += scored;
    this.#cached += cached;
    this.#dead += Object.values(dead).reduce((sum, count) => sum + count, 0);
    this.#recent.push({ at: now, records, scored, milliseconds });
    if (this.#recent.length > 2 * MOST_POLLS) this.#forget(now);
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter(({ at }) => at > now - MINUTE_MS).slice(-MOST_POLLS);
  }
}
