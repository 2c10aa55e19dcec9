import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOMAINS, LABELS, type Sentiment } from '../../src/codec/sentiment.js';
import { searchTexts, type TextSearch } from '../../src/view/search.js';
import type { PageQuery } from '../../src/view/view.js';
import { scored } from '../conformance/view/samples.js';

/** The part of a view that a search needs: texts, the newest first, whose place is their index. */
function listOf(texts: readonly Sentiment[]) {
  const read = { texts: 0 };
  const page = async ({ limit, before }: PageQuery) => {
    const from = before === undefined ? 0 : Number(before) + 1;
    const found = texts.slice(from, from + limit);
    read.texts += found.length;
    return found.map((text, i) => ({ place: String(from + i), text }));
  };
  return { page, read };
}

const texts = fc.array(
  fc
    .record({
      text: fc.constantFrom('茅台 涨停', '平安 跌停', 'ＡＰＰＬＥ up', '无'),
      domain: fc.constantFrom(...DOMAINS),
      label: fc.constantFrom(...LABELS),
      publishedAt: fc.nat(20),
    })
    .map((fields) => ({ ...scored('x', []), ...fields })),
  { maxLength: 500 },
);
const search = fc.record(
  {
    words: fc.subarray(['茅台', '停', 'apple', 'UP']),
    domain: fc.constantFrom(...DOMAINS),
    label: fc.constantFrom(...LABELS),
    from: fc.nat(20),
    to: fc.nat(20),
    limit: fc.integer({ min: 1, max: 30 }),
  },
  { requiredKeys: ['limit'] },
);

function matches(text: Sentiment, { words = [], domain, label, from, to }: TextSearch): boolean {
  const content = text.text.normalize('NFKC').toLowerCase();
  return (
    words.every((word) => content.includes(word.toLowerCase())) &&
    (domain === undefined || text.domain === domain) &&
    (label === undefined || text.label === label) &&
    (from === undefined || text.publishedAt >= from) &&
    (to === undefined || text.publishedAt <= to)
  );
}

describe('searchTexts', () => {
  it('finds, from answer to answer, exactly the texts that a filter over all of them would', async () => {
    await fc.assert(
      fc.asyncProperty(texts, search, async (all, query) => {
        const found: Sentiment[] = [];
        for (let before: string | undefined; ; ) {
          const answer = await searchTexts(listOf(all), { ...query, before });
          expect(answer.texts.length).toBeLessThanOrEqual(query.limit);
          found.push(...answer.texts);
          before = answer.next;
          if (before === undefined) break;
        }
        expect(found).toEqual(all.filter((text) => matches(text, query)));
      }),
      { numRuns: 50 },
    );
  });

  it('reads a bounded number of texts at once, and says where to go on', async () => {
    const needle = { ...scored('needle', []), text: '针' };
    const view = listOf([...Array.from({ length: 5_000 }, (_, i) => scored(String(i), [])), needle]);
    const first = await searchTexts(view, { words: ['针'], limit: 10 });
    expect(first.texts).toEqual([]);
    expect(view.read.texts).toBe(2_000);
    const second = await searchTexts(view, { words: ['针'], limit: 10, before: first.next });
    const third = await searchTexts(view, { words: ['针'], limit: 10, before: second.next });
    expect([...second.texts, ...third.texts]).toEqual([needle]);
    expect(third.next).toBeUndefined();
  });
});
