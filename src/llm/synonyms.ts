import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LABELS } from '../codec/sentiment.js';
import { packagePath } from '../config.js';
import type { Random } from '../training/random.js';

/** Groups of words that may stand for each other, by the label that they speak for. */
const synonymsSchema = z.record(z.enum(LABELS), z.array(z.array(z.string().min(2)).min(2)));

/** What is no running text: cashtags, topics, emoticons, people who are spoken to, web addresses. */
const UNTOUCHED = [
  String.raw`\$[^$]{1,40}\$`,
  '#[^#]{1,40}#',
  String.raw`\[[^[\]]{1,10}\]`,
  String.raw`@\S+`,
  String.raw`https?:\S+`,
];
/** Share of the words that are swapped, of those that could be. */
const SHARE = 0.5;

/** Rewords texts by words that mean the same on the market and say as much: 上涨 for 走高, but never 大涨 for 上涨. */
export class Synonyms {
  /** The others of its group, by word. */
  readonly #others = new Map<string, readonly string[]>();
  readonly #pattern: RegExp;
  readonly #segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

  constructor(groups: readonly (readonly string[])[]) {
    for (const group of groups) {
      for (const word of group) {
        this.#others.set(
          word,
          group.filter((other) => other !== word),
        );
      }
    }
    const longestFirst = [...this.#others.keys()].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp([...UNTOUCHED, ...longestFirst].join('|'), 'g');
  }

  /** The groups that come with the package: config/synonyms.json. */
  static async load(): Promise<Synonyms> {
    const file = await readFile(packagePath('config', 'synonyms.json'), 'utf8');
    return new Synonyms(Object.values(synonymsSchema.parse(JSON.parse(file))).flat());
  }

  /** The text with about half of the words swapped that can be, and at least one; undefined when none can be. */
  reword(text: string, next: Random): string | undefined {
    const swaps = this.#wordsIn(text).map((found) => ({ ...found, rank: next() }));
    const least = Math.min(...swaps.map(({ rank }) => rank));
    let reworded = '';
    let end = 0;
    for (const { at, word, rank } of swaps) {
      const others = this.#others.get(word) ?? [];
      const other = others[Math.floor(next() * others.length)];
      if (other === undefined || (rank >= SHARE && rank > least)) continue;
      reworded += text.slice(end, at) + other;
      end = at + word.length;
    }
    return end === 0 ? undefined : reworded + text.slice(end);
  }

  /** Words of the groups that are words of the text as well: not the 大涨 in 扩大涨幅. */
  #wordsIn(text: string): { at: number; word: string }[] {
    const edges = new Set([text.length]);
    for (const { index } of this.#segmenter.segment(text)) edges.add(index);
    return [...text.matchAll(this.#pattern)]
      .map(({ 0: word, index }) => ({ at: index, word }))
      .filter(({ at, word }) => this.#others.has(word) && edges.has(at) && edges.has(at + word.length));
  }
}
