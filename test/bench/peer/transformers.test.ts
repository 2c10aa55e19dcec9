import { expect, it, vi } from 'vitest';
import { loadTransformers, withTransformers } from '../../../src/bench/peer/transformers.js';
import { createEngine } from '../../../src/inference/create-engine.js';
import { TINY_BUNDLE } from '../../fixtures/tiny-bundle.js';

// None is longer than the model reads: transformers.js cuts the [SEP] off such a text.
const TEXTS = ['今日大盘跌停', '茅台利好', `公司${'涨跌'.repeat(30)}`, '中性中性9'];

it.each([
  ['fp32', 'fp32'],
  ['int8', 'q8'],
] as const)('transformers.js says the same of the exported %s graph', async (precision, dtype) => {
  const engine = await createEngine(TINY_BUNDLE, { precision });
  const scores = await engine.score(TEXTS.map((text) => engine.tokenise(text)));
  await engine.close();
  const { labels } = TINY_BUNDLE.spec;
  await withTransformers(TINY_BUNDLE, async (open) => {
    const classify = await open(dtype);
    const answers = await classify([...TEXTS], { top_k: labels.length });
    for (const [i, answer] of answers.entries()) {
      for (const { label, score } of [answer].flat()) {
        const ours = scores[i]?.probabilities[labels.indexOf(label)];
        expect(score).toBeCloseTo(ours ?? Number.NaN, 4);
      }
    }
  });
});

it('says how to install transformers.js where it is not', async () => {
  vi.doMock('@huggingface/transformers', () => {
    throw new Error('not installed');
  });
  await expect(loadTransformers()).rejects.toMatchObject({
    code: 'MT_PEER',
    remedy: expect.stringContaining('npm install'),
  });
  vi.doUnmock('@huggingface/transformers');
});
