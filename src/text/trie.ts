/** Spreads neighbouring keys over the table (Knuth's multiplicative hashing). */
const SPREAD = 0x9e3779b1;
const NONE = -1;

/**
 * Strings by their UTF-16 code units, in flat arrays: a lookup touches a few numbers, where a tree of maps would follow
 * as many references as a string is long. Node 0 is the empty string.
 */
export class Trie {
  /** By node: the value of the string that ends there, or -1. */
  #values: Int32Array;
  /** An open-addressing table: parent node and code unit in one number, and the child. */
  readonly #keys: Float64Array;
  readonly #children: Int32Array;
  readonly #shift: number;
  #nodes = 1;

  /** Each string stands for its index; of equal ones the last. */
  constructor(strings: readonly string[]) {
    const most = strings.reduce((nodes, string) => nodes + string.length, 1);
    const bits = Math.ceil(Math.log2(2 * most));
    this.#shift = 32 - bits;
    this.#keys = new Float64Array(2 ** bits).fill(NONE);
    this.#children = new Int32Array(2 ** bits);
    this.#values = new Int32Array(most).fill(NONE);
    for (const [index, string] of strings.entries()) {
      let node = 0;
      for (let at = 0; at < string.length; at++) node = this.#grow(node, string.charCodeAt(at));
      this.#values[node] = index;
    }
    this.#values = this.#values.slice(0, this.#nodes);
  }

  /** The node of a node's string and one more code unit; -1 when no string begins so. */
  child(node: number, unit: number): number {
    const slot = this.#slot(node, unit);
    return this.#keys[slot] === NONE ? NONE : (this.#children[slot] ?? NONE);
  }

  /** The index of the string that ends at a node; -1 when none does. */
  valueAt(node: number): number {
    return this.#values[node] ?? NONE;
  }

  #grow(node: number, unit: number): number {
    const slot = this.#slot(node, unit);
    if (this.#keys[slot] === NONE) {
      this.#keys[slot] = node * 0x10000 + unit;
      this.#children[slot] = this.#nodes++;
    }
    return this.#children[slot] ?? NONE;
  }

  /** Where the key is, or would be. */
  #slot(node: number, unit: number): number {
    const key = node * 0x10000 + unit;
    const mask = this.#keys.length - 1;
    let slot = Math.imul((node << 16) ^ (node >>> 16) ^ unit, SPREAD) >>> this.#shift;
    while (this.#keys[slot] !== key && this.#keys[slot] !== NONE) slot = (slot + 1) & mask;
    return slot;
  }
}
