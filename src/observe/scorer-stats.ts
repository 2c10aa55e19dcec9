import type { ScorerEvent } from '../flow/event.js';
import { Histogram } from './histogram.js';

/** What a scorer has done so far. */
export interface ScorerSummary {
  /** Records that were read; those of a poll that came again count again. */
  readonly read: number;
  readonly scored: number;
  readonly deadLettered: number;
  /** Of `scored`: those that the model did not have to read again. */
  readonly cached: number;
  /** From the first poll to the last commit. */
  readonly seconds: number;
  readonly textsPerSecond: number;
  /** From a record's poll to its commit, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Counts a scorer's events. */
export class ScorerStats {
  readonly #latency = new Histogram();
  readonly #dead = new Map<string, number>();
  #read = 0;
  #scored = 0;
  #cached = 0;
  #first: number | undefined;
  #last = 0;

  /** @param now milliseconds, on any clock that all events share */
  record(event: ScorerEvent, now: number): void {
    if (event.type === 'read') {
      this.#first ??= now;
      this.#read += event.records;
    }
    if (event.type !== 'committed') return;
    this.#last = now;
    this.#scored += event.scored;
    this.#cached += event.cached;
    this.#latency.record(event.milliseconds, event.records);
    for (const [code, count = 0] of Object.entries(event.dead)) {
      this.#dead.set(code, (this.#dead.get(code) ?? 0) + count);
    }
  }

  /** Dead letters by what was wrong, the most frequent first. */
  deadByCode(): [code: string, count: number][] {
    return [...this.#dead].sort(([, a], [, b]) => b - a);
  }

  summary(): ScorerSummary {
    const seconds = Math.max(0, this.#last - (this.#first ?? this.#last)) / 1000;
    return {
      read: this.#read,
      scored: this.#scored,
      deadLettered: [...this.#dead.values()].reduce((sum, count) => sum + count, 0),
      cached: this.#cached,
      seconds: rounded(seconds, 3),
      textsPerSecond: rounded(seconds === 0 ? 0 : this.#scored / seconds, 1),
      p50Ms: rounded(this.#latency.quantile(0.5), 2),
      p99Ms: rounded(this.#latency.quantile(0.99), 2),
    };
  }
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
