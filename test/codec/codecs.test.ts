import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS, modelEventCodec, sentimentCodec, sentimentIndexCodec } from '../../src/codec/codecs.js';
import { MODEL_EVENTS } from '../../src/codec/model-event.js';
import { DOMAINS, LABELS } from '../../src/codec/sentiment.js';

// JSON has no −0, and neither format is asked for infinities.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const long = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
const text = fc.string({ unit: 'grapheme' });
const sentiments = fc.record({
  id: text,
  source: text,
  domain: fc.constantFrom(...DOMAINS),
  symbols: fc.array(text),
  text,
  truncated: fc.boolean(),
  publishedAt: long,
  scoredAt: long,
  label: fc.constantFrom(...LABELS),
  probabilities: fc.tuple(number, number, number),
  score: number,
  confidence: number,
  experts: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), number, { noNullPrototype: true }),
  model: text,
});
const indexRows = fc.record({
  symbol: text,
  domain: fc.constantFrom(...DOMAINS, 'all' as const),
  window: text,
  start: long,
  count: long,
  mean: number,
  bearish: long,
  neutral: long,
  bullish: long,
});
const modelEvents = fc.record({
  seq: fc.integer({ min: 1, max: 2 ** 50 }),
  event: fc.constantFrom(...MODEL_EVENTS),
  model: text,
  version: fc.stringMatching(/^[0-9a-f]{12}$/),
  previous: fc.option(text),
  at: long,
  reason: fc.option(text),
  share: fc.option(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true })),
  metrics: fc.dictionary(fc.stringMatching(/^[a-z][a-z.]{0,8}$/), number, { noNullPrototype: true }),
});

describe.each(FORMATS)('output in %s', (format) => {
  it('reads back every score', () => {
    const codec = sentimentCodec(format);
    fc.assert(
      fc.property(sentiments, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }),
    );
  });

  it('reads back every row of the index', () => {
    const codec = sentimentIndexCodec(format);
    fc.assert(
      fc.property(indexRows, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }),
    );
  });
});

describe.each(FORMATS)('events of models in %s', (format) => {
  it('are read back', () => {
    const codec = modelEventCodec(format);
    fc.assert(
      fc.property(modelEvents, (value) => {
        expect(codec.decode(codec.encode(value))).toEqual(value);
      }),
    );
  });
});

describe('sentimentCodec', () => {
  it('tells Avro from JSON by itself', () => {
    fc.assert(
      fc.property(sentiments, fc.constantFrom('avro' as const, 'json' as const), (value, format) => {
        expect(sentimentCodec('auto').decode(sentimentCodec(format).encode(value))).toEqual(value);
      }),
    );
  });

  it('names the field that is wrong', () => {
    const [value] = fc.sample(sentiments, 1);
    const bytes = Buffer.from(JSON.stringify({ ...value, probabilities: [1, 0] }));
    expect(() => sentimentCodec('auto').decode(bytes)).toThrow(
      expect.objectContaining({ code: 'MT_RECORD', message: expect.stringContaining('probabilities') }),
    );
  });
});
