/** Spreads neighbouring keys over the table (Knuth's multiplicative hashing). */
const SPREAD = 0x9e3779b1;
const NONE = -1;

/**
 * Strings by their UTF-16 code units, in flat arrays of numbers: a tree of maps would follow as many references as a
 * string is long, and be too large for a processor's cache. Node 0 is the empty string.
 */
export class Trie {
  /** By node: the index of the string that ends there, or -1. */
  readonly #values: Int32Array;
  /** By node: what it continues, and with what. */
  readonly #parents: Int32Array;
  readonly #units: Uint16Array;
  /** An open-addressing table of the nodes but for the first, which stands for none. */
  readonly #table: Int32Array;
  readonly #shift: number;

  /** Each string stands for its index; of equal ones the last. */
  constructor(strings: readonly string[]) {
    const count = countPrefixes(strings);
    const bits = 1 + Math.ceil(Math.log2(count));
    this.#values = new Int32Array(count).fill(NONE);
    this.#parents = new Int32Array(count);
    this.#units = new Uint16Array(count);
    this.#table = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
    let nodes = 1;
    for (const [index, string] of strings.entries()) {
      let node = 0;
      for (let at = 0; at < string.length; at++) {
        const unit = string.charCodeAt(at);
        const slot = this.#slot(node, unit);
        if (this.#table[slot] === 0) {
          this.#parents[nodes] = node;
          this.#units[nodes] = unit;
          this.#table[slot] = nodes++;
        }
        node = this.#table[slot] ?? 0;
      }
      this.#values[node] = index;
    }
  }

  /** The node of a node's string and one more code unit; 0 when no string begins so. */
  child(node: number, unit: number): number {
    return this.#table[this.#slot(node, unit)] ?? 0;
  }

  /** The index of the string that ends at a node; -1 when none does. */
  valueAt(node: number): number {
    return this.#values[node] ?? NONE;
  }

  /** Where the child is, or would be. */
  #slot(node: number, unit: number): number {
    const last = this.#table.length - 1;
    let slot = Math.imul((node << 16) ^ (node >>> 16) ^ unit, SPREAD) >>> this.#shift;
    for (let child = this.#table[slot]; child; child = this.#table[slot]) {
      if (this.#parents[child] === node && this.#units[child] === unit) break;
      slot = (slot + 1) & last;
    }
    return slot;
  }
}

/** How many different strings these strings begin with, the empty one and themselves included. */
function countPrefixes(strings: readonly string[]): number {
  let count = 1;
  let previous = '';
  for (const string of strings.toSorted()) {
    let shared = 0;
    while (shared < string.length && string[shared] === previous[shared]) shared++;
    count += string.length - shared;
    previous = string;
  }
  return count;
}
