import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../src/inference/create-engine.js';
import { normalise } from '../../src/text/normalise.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { append, openLog, Running, readScored } from './bench.js';

it('the micro-batched scores of a log are those of the engine for each text alone', async () => {
  const transport = await openLog(3);
  const engine = await createEngine(TINY_BUNDLE, { precision: 'fp32', workers: 2 });
  onTestFinished(() => engine.close());
  const texts = Array.from({ length: 150 }, (_, n) => `${'大盘涨停股市跌'.repeat((n * 13) % 5)}利${n}`);
  for (const partition of [0, 1, 2]) {
    await append(transport, texts.slice(50 * partition, 50 * (partition + 1)), partition);
  }
  await new Running({ transport, engine, pollRecords: 20 }).committed(150);

  const scored = new Map((await readScored(transport)).map((sentiment) => [sentiment.id, sentiment]));
  expect([...scored.keys()].sort()).toEqual(texts.toSorted());
  for (const text of texts) {
    const [alone] = await engine.score([engine.tokenise(normalise(text))]);
    const sentiment = scored.get(text);
    for (const [index, probability] of (alone?.probabilities ?? []).entries()) {
      expect(sentiment?.probabilities[index]).toBeCloseTo(probability, 4);
    }
    expect(sentiment?.experts.news).toBeCloseTo(alone?.experts[0] ?? Number.NaN, 4);
  }
});
