import { expect, it } from 'vitest';
import { labelCodec } from '../../src/codec/codecs.js';
import { decodeLabels } from '../../src/topology/decode-labels.js';

const codec = labelCodec('auto');
const right = { id: 'a', text: '  涨停\u200b了 ', domain: 'forum', label: '利好', labelledAt: 1772414104 };

function pollOf(values: readonly (string | null)[]) {
  const records = values.map((value, i) => ({
    ...{ topic: 'labels', partition: 2, offset: BigInt(10 + i), timestamp: 0 },
    ...{
      key: Buffer.from('k'),
      value: value === null ? null : Buffer.from(value),
      headers: { own: Buffer.from('x') },
    },
  }));
  return {
    ...{ topic: 'labels', partition: 2, records, nextOffset: 99n },
    begin: () => Promise.reject(new Error('nobody asked for this')),
  };
}

it('reads labels with their texts as the model sees them', async () => {
  const { labels, deadLetters, dead } = await decodeLabels(pollOf([JSON.stringify(right)]), codec, 'dead');
  expect(labels).toEqual({
    topic: 'labels',
    partition: 2,
    entries: [{ offset: 10n, value: { ...right, text: '涨停了', labelledAt: 1772414104000 } }],
  });
  expect([deadLetters, dead]).toEqual([[], {}]);
});

it('makes dead letters of what is none, with all that came, and goes on', async () => {
  const broken = [
    '{',
    JSON.stringify({ ...right, label: '大涨' }),
    JSON.stringify({ ...right, text: ' \u200b' }),
    null,
  ];
  const { labels, deadLetters, dead } = await decodeLabels(
    pollOf([...broken, JSON.stringify(right)]),
    codec,
    'dead',
  );
  expect(labels.entries.map(({ offset }) => offset)).toEqual([14n]);
  expect(dead).toEqual({ MT_JSON: 1, MT_RECORD: 2, MT_EMPTY_TEXT: 1 });
  const [first] = deadLetters;
  expect(first).toMatchObject({ topic: 'dead', key: Buffer.from('k'), value: Buffer.from('{') });
  expect(Object.keys(first?.headers ?? {})).toContain('own');
  expect(String(first?.headers?.['moodtape.error.offset'])).toBe('10');
  expect(String(first?.headers?.['moodtape.error.stage'])).toBe('decode');
});
