import { Trie } from './trie.js';

/** Pieces and their log probabilities, in the order of their ids. */
export type UnigramVocabulary = readonly (readonly [piece: string, score: number])[];

/** How much less than the least likely piece an unknown character scores. */
const UNKNOWN_PENALTY = 10;

/**
 * Divides words into the pieces whose scores sum to the most, a character that is no piece being one by itself. The
 * library in use finds the same pieces, but spends more time on it than on all else that a text needs before the model.
 */
export class Unigram {
  readonly #pieces: Trie;
  /** By piece. */
  readonly #scores: Float64Array;
  /** What a character scores that is no piece. */
  readonly #unknownScore: number;
  /** The score of the best division of what is before each index. */
  #best = new Float64Array();
  /** Where the last piece of that division begins. */
  #from = new Uint32Array();
  /** That piece. */
  #piece = new Int32Array();

  constructor(
    vocabulary: UnigramVocabulary,
    private readonly unknownId: number,
  ) {
    const least = vocabulary.reduce((score, [, other]) => Math.min(score, other), Number.POSITIVE_INFINITY);
    this.#unknownScore = least - UNKNOWN_PENALTY;
    this.#pieces = new Trie(vocabulary.map(([piece]) => piece));
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score);
    this.#scores[unknownId] = this.#unknownScore;
  }

  /** Ids of the pieces of some words, one after the other; unknown characters beside each other in a word are one. */
  encode(words: readonly string[]): number[] {
    const ids: number[] = [];
    const backwards: number[] = [];
    for (const word of words) {
      this.#divide(word);
      for (let end = word.length; end > 0; end = this.#from[end] ?? 0) {
        const id = this.#piece[end] ?? 0;
        if (id !== this.unknownId || backwards.at(-1) !== id) backwards.push(id);
      }
      while (backwards.length > 0) ids.push(backwards.pop() ?? 0);
    }
    return ids;
  }

  #divide(word: string): void {
    this.#clear(word.length);
    for (let start = 0, next = 0; start < word.length; start = next) {
      next = characterEnd(word, start);
      let known = false;
      let end = start;
      let node = this.#pieces.child(0, word.charCodeAt(end));
      while (node !== 0) {
        end++;
        const piece = this.#pieces.valueAt(node);
        if (piece >= 0) {
          this.#offer(start, end, piece, this.#scores[piece] ?? 0);
          known ||= end === next;
        }
        if (end === word.length) break;
        node = this.#pieces.child(node, word.charCodeAt(end));
      }
      if (!known) this.#offer(start, next, this.unknownId, this.#unknownScore);
    }
  }

  #clear(length: number): void {
    if (this.#best.length <= length) {
      this.#best = new Float64Array(2 * length + 1);
      this.#from = new Uint32Array(2 * length + 1);
      this.#piece = new Int32Array(2 * length + 1);
    }
    this.#best.fill(Number.NEGATIVE_INFINITY, 1, length + 1);
  }

  /** Ends the best division before `start` with one more piece, if that is the best before `end`. */
  #offer(start: number, end: number, piece: number, score: number): void {
    const total = (this.#best[start] ?? 0) + score;
    if (total <= (this.#best[end] ?? 0)) return;
    this.#best[end] = total;
    this.#from[end] = start;
    this.#piece[end] = piece;
  }
}

function characterEnd(text: string, start: number): number {
  return start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
}
