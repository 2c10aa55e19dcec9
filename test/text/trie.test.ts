import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trie } from '../../src/text/trie.js';

const string = fc.string({ unit: fc.constantFrom('a', 'b', '涨', '停', '😀'), maxLength: 6 });

/** The value of a string, by the way of its code units. */
function find(trie: Trie, string: string): number {
  let node = 0;
  for (let at = 0; at < string.length; at++) {
    node = trie.child(node, string.charCodeAt(at));
    if (node === 0) return -1;
  }
  return trie.valueAt(node);
}

describe('Trie', () => {
  it('finds what a map finds', () => {
    fc.assert(
      fc.property(fc.array(string, { maxLength: 60 }), fc.array(string), (strings, others) => {
        const trie = new Trie(strings);
        const map = new Map(strings.map((string, index) => [string, index]));
        for (const one of [...strings, ...others]) expect(find(trie, one)).toBe(map.get(one) ?? -1);
      }),
    );
  });

  it('finds each of a hundred thousand strings', () => {
    const strings = Array.from({ length: 100_000 }, (_, n) => n.toString(36));
    const trie = new Trie(strings);
    expect(strings.every((string, index) => find(trie, string) === index)).toBe(true);
    expect(find(trie, 'none')).toBe(-1);
  });
});
