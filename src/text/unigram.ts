/** Pieces and their log probabilities, in the order of their ids. */
export type UnigramVocabulary = readonly (readonly [piece: string, score: number])[];

/** How much less than the least likely piece an unknown character scores. */
const UNKNOWN_PENALTY = 10;

/** What pieces begin with. */
interface Prefix {
  /** Of the piece that ends here; NaN when none does. */
  score: number;
  /** By the code point that follows. */
  readonly longer: Map<number, Prefix>;
}

/**
 * Divides words into the pieces whose scores sum to the most, a character that is no piece being one by itself. The
 * library in use finds the same pieces, but spends more time on it than on all else that a text needs before the model.
 */
export class Unigram {
  readonly #root: Prefix = { score: Number.NaN, longer: new Map() };
  readonly #unknown: number;
  /** The score of the best division of what is before each index. */
  #best = new Float64Array();
  /** Where the last piece of that division begins. */
  #from = new Uint32Array();

  constructor(vocabulary: UnigramVocabulary, unknownId: number | undefined) {
    const least = vocabulary.reduce((score, [, other]) => Math.min(score, other), Number.POSITIVE_INFINITY);
    this.#unknown = least - UNKNOWN_PENALTY;
    for (const [id, [piece, score]] of vocabulary.entries()) {
      this.#insert(piece, id === unknownId ? this.#unknown : score);
    }
  }

  divide(word: string): string[] {
    this.#clear(word.length);
    for (let start = 0, next = 0; start < word.length; start = next) {
      let prefix = this.#root.longer.get(word.codePointAt(start) ?? 0);
      let end = characterEnd(word, start);
      next = end;
      if (prefix === undefined || Number.isNaN(prefix.score)) this.#offer(start, end, this.#unknown);
      while (prefix !== undefined) {
        this.#offer(start, end, prefix.score);
        if (end === word.length) break;
        prefix = prefix.longer.get(word.codePointAt(end) ?? 0);
        end = characterEnd(word, end);
      }
    }
    const pieces: string[] = [];
    for (let end = word.length; end > 0; end = this.#from[end] ?? 0) {
      pieces.push(word.slice(this.#from[end], end));
    }
    return pieces.reverse();
  }

  #insert(piece: string, score: number): void {
    let prefix = this.#root;
    for (const character of piece) {
      const code = character.codePointAt(0) ?? 0;
      const longer = prefix.longer.get(code) ?? { score: Number.NaN, longer: new Map() };
      prefix.longer.set(code, longer);
      prefix = longer;
    }
    prefix.score = score;
  }

  #clear(length: number): void {
    if (this.#best.length <= length) {
      this.#best = new Float64Array(2 * length + 1);
      this.#from = new Uint32Array(2 * length + 1);
    }
    this.#best.fill(Number.NEGATIVE_INFINITY, 1, length + 1);
  }

  /** Ends the best division before `start` with one more piece, if that is the best before `end`; NaN never is. */
  #offer(start: number, end: number, score: number): void {
    const total = (this.#best[start] ?? 0) + score;
    if (!(total > (this.#best[end] ?? 0))) return;
    this.#best[end] = total;
    this.#from[end] = start;
  }
}

function characterEnd(text: string, start: number): number {
  return start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
}
