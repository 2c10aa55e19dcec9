/**
 * A SentencePiece `precompiled_charsmap`: which characters are written as which others. The bytes are the size of a trie
 * (u32, little-endian), the trie, and replacements that end in NUL. The trie is a double array over UTF-8 as Darts-clone
 * writes it: https://github.com/s-yata/darts-clone
 */
export class Charsmap {
  readonly #trie: Uint32Array;
  readonly #replacements: Buffer;

  /** @throws Error when the bytes are cut short. */
  constructor(bytes: Buffer) {
    const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) throw new Error('the charsmap is damaged');
    this.#trie = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
    this.#replacements = bytes.subarray(4 + size);
  }

  /** What stands for the shortest beginning of `text` that is listed; undefined when none is. */
  replacement(text: string): string | undefined {
    let node = offset(this.#unit(0));
    for (const byte of Buffer.from(text)) {
      node ^= byte;
      const unit = this.#unit(node);
      if (byte === 0 || label(unit) !== byte) return undefined;
      node ^= offset(unit);
      if (hasValue(unit)) return this.#read(this.#unit(node) & 0x7fffffff);
    }
    return undefined;
  }

  #unit(node: number): number {
    return this.#trie[node] ?? 0;
  }

  #read(start: number): string {
    const end = this.#replacements.indexOf(0, start);
    return this.#replacements.toString('utf8', start, end < 0 ? undefined : end);
  }
}

const label = (unit: number): number => unit & 0x800000ff;
const hasValue = (unit: number): boolean => (unit & 0x100) !== 0;
const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
