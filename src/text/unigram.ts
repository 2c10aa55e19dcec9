/** Pieces and their log probabilities, in the order of their ids. */
export type UnigramVocabulary = readonly (readonly [piece: string, score: number])[];

/** How much less than the least likely piece an unknown character scores. */
const UNKNOWN_PENALTY = 10;

/** What pieces begin with. */
interface Prefix {
  /** Of the piece that ends here; NaN when none does. */
  score: number;
  id: number;
  /** By the code point that follows. */
  readonly longer: Map<number, Prefix>;
}

/**
 * Divides words into the pieces whose scores sum to the most, a character that is no piece being one by itself. The
 * library in use finds the same pieces, but spends more time on it than on all else that a text needs before the model.
 */
export class Unigram {
  readonly #root: Prefix = { score: Number.NaN, id: -1, longer: new Map() };
  readonly #unknown: Pick<Prefix, 'score' | 'id'>;
  /** The score of the best division of what is before each index. */
  #best = new Float64Array();
  /** Where the last piece of that division begins. */
  #from = new Uint32Array();
  /** That piece. */
  #piece = new Int32Array();

  constructor(vocabulary: UnigramVocabulary, unknownId: number) {
    const least = vocabulary.reduce((score, [, other]) => Math.min(score, other), Number.POSITIVE_INFINITY);
    this.#unknown = { score: least - UNKNOWN_PENALTY, id: unknownId };
    for (const [id, [piece, score]] of vocabulary.entries()) {
      this.#insert(piece, id, id === unknownId ? this.#unknown.score : score);
    }
  }

  /** Ids of the pieces of some words, one after the other; unknown characters beside each other in a word are one. */
  encode(words: readonly string[]): number[] {
    const ids: number[] = [];
    const backwards: number[] = [];
    for (const word of words) {
      this.#divide(word);
      for (let end = word.length; end > 0; end = this.#from[end] ?? 0) {
        const id = this.#piece[end] ?? 0;
        if (id !== this.#unknown.id || backwards.at(-1) !== id) backwards.push(id);
      }
      while (backwards.length > 0) ids.push(backwards.pop() ?? 0);
    }
    return ids;
  }

  #divide(word: string): void {
    this.#clear(word.length);
    for (let start = 0, next = 0; start < word.length; start = next) {
      let prefix = this.#root.longer.get(word.codePointAt(start) ?? 0);
      let end = characterEnd(word, start);
      next = end;
      if (prefix === undefined || Number.isNaN(prefix.score)) this.#offer(start, end, this.#unknown);
      while (prefix !== undefined) {
        this.#offer(start, end, prefix);
        if (end === word.length) break;
        prefix = prefix.longer.get(word.codePointAt(end) ?? 0);
        end = characterEnd(word, end);
      }
    }
  }

  #insert(piece: string, id: number, score: number): void {
    let prefix = this.#root;
    for (const character of piece) {
      const code = character.codePointAt(0) ?? 0;
      const longer = prefix.longer.get(code) ?? { score: Number.NaN, id: -1, longer: new Map() };
      prefix.longer.set(code, longer);
      prefix = longer;
    }
    prefix.score = score;
    prefix.id = id;
  }

  #clear(length: number): void {
    if (this.#best.length <= length) {
      this.#best = new Float64Array(2 * length + 1);
      this.#from = new Uint32Array(2 * length + 1);
      this.#piece = new Int32Array(2 * length + 1);
    }
    this.#best.fill(Number.NEGATIVE_INFINITY, 1, length + 1);
  }

  /** Ends the best division before `start` with one more piece, if that is the best before `end`; NaN never is. */
  #offer(start: number, end: number, { score, id }: Pick<Prefix, 'score' | 'id'>): void {
    const total = (this.#best[start] ?? 0) + score;
    if (!(total > (this.#best[end] ?? 0))) return;
    this.#best[end] = total;
    this.#from[end] = start;
    this.#piece[end] = id;
  }
}

function characterEnd(text: string, start: number): number {
  return start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
}
