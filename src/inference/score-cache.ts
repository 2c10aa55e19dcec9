import { hash } from 'node:crypto';
import type { Score } from './engine.js';

/** Characters from which a text stands in its key as a digest, so that a cache does not keep long texts. */
const LONG_TEXT = 256;

/** Texts whose score is remembered where nothing else is said: some 10 MB. */
export const CACHE_SIZE = 20_000;

/** The key of a text's score: what was read, and who read it. Equal texts of one model version share it. */
export function scoreKey(modelVersion: string, text: string): string {
  return `${modelVersion} ${text.length < LONG_TEXT ? text : `sha256 ${hash('sha256', text, 'base64')}`}`;
}

/** The scores of the last texts, at most `capacity` of them; the one not asked for the longest is dropped first. */
export class ScoreCache {
  // A Map iterates in order of insertion, and every use inserts anew: the first key is the least recently used.
  readonly #scores = new Map<string, Score>();

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#scores.size;
  }

  get(key: string): Score | undefined {
    const score = this.#scores.get(key);
    if (score !== undefined) {
      this.#scores.delete(key);
      this.#scores.set(key, score);
    }
    return score;
  }

  set(key: string, score: Score): void {
    this.#scores.delete(key);
    this.#scores.set(key, score);
    for (const oldest of this.#scores.keys()) {
      if (this.#scores.size <= this.capacity) break;
      this.#scores.delete(oldest);
    }
  }
}
