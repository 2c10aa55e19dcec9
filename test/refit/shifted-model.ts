import { join } from 'node:path';
import { loadBundle, saveBundle } from '../../src/model/bundle.js';
import type { RefitRequest } from '../../src/refit/candidate/refit-request.js';
import { DEFAULT_REFIT } from '../../src/refit/candidate/refit-settings.js';
import { gateSettingsSchema } from '../../src/refit/gate/gate.js';
import { loadBackend } from '../../src/training/backend.js';
import { openBundle, saveTrained } from '../../src/training/bundle.js';
import { labelledTexts } from '../../src/training/corpus.js';
import type { Example } from '../../src/training/dataset.js';
import { basePhase } from '../../src/training/phases/base.js';
import { derive } from '../../src/training/random.js';
import { DEFAULT_SETTINGS } from '../../src/training/settings.js';
import { trainPhase } from '../../src/training/train-phase.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { randomParameters } from '../training/tiny-model.js';

// A stream with a real shift, small enough to be learned in seconds: news says it in words, the forum in slang of digits that
// the news never has.

const WORDS = { news: ['跌停', '今日公司', '涨停'], forum: ['毒4', '股5', '茅6'] };

export function shiftedTexts(domain: keyof typeof WORDS, count: number, seed: number): Example[] {
  const next = derive(seed, domain);
  const letter = () => [...'利好空中性大盘万科'][Math.floor(next() * 9)] ?? '';
  return Array.from({ length: count }, (_, i) => {
    const label = Math.floor(next() * 3);
    const filler = Array.from({ length: Math.floor(next() * 4) }, letter).join('');
    const text = `${filler}${WORDS[domain][label]}${letter()}`;
    return { id: `${domain}-${i}`, text, label, domain, source: '' };
  });
}

/** The same texts with labels that are all wrong. */
export const flipped = (texts: readonly Example[]): Example[] =>
  texts.map((example) => ({ ...example, label: (example.label + 1) % 3 }));

/** Trains a dense model on the news alone. @returns the folder of its bundle */
export async function trainOnNews(folder: string): Promise<string> {
  const [start, out] = [join(folder, 'start'), join(folder, 'incumbent')];
  const { name, spec, tokenizer } = TINY_BUNDLE;
  const parameters = randomParameters(spec, 1);
  await saveBundle(
    start,
    { name, spec, tokenizer, parameters, temperature: 1, metrics: {}, provenance: {} },
    'F32',
  );
  const { bundle, model, tokenise } = await openBundle(start);
  const backend = await loadBackend('wasm');
  const settings = {
    ...DEFAULT_SETTINGS.base,
    epochs: 8,
    batchSize: 8,
    learningRate: 0.01,
    warmup: 5,
    averaging: 0.9,
  };
  const trained = await trainPhase({
    phase: basePhase(model, {
      labels: model.spec.labels,
      method: { name: 'full', frozenLayers: 0 },
      seed: 13,
    }),
    texts: labelledTexts(shiftedTexts('news', 160, 1), tokenise),
    valid: labelledTexts(shiftedTexts('news', 60, 2), tokenise),
    settings,
    stop: new AbortController().signal,
    checkpointDir: join(folder, 'unfinished'),
    onStep() {},
    onEvaluation() {},
  });
  await saveTrained(out, 'tiny', trained, {
    phase: 'base',
    settings,
    backend,
    train: [],
    valid: [],
    from: [bundle],
  });
  return (await loadBundle(out)).dir;
}

/** New labels from the forum, with a replay of news. */
export function shiftedRequest(incumbent: string, golden: readonly string[]): RefitRequest {
  return {
    incumbent,
    texts: [...shiftedTexts('forum', 200, 3), ...shiftedTexts('news', 160, 1)],
    holdout: shiftedTexts('forum', 150, 4),
    golden,
    settings: {
      ...DEFAULT_REFIT,
      epochs: 8,
      batchSize: 8,
      learningRate: 0.02,
      warmup: 5,
      averaging: 0.9,
      evaluateEvery: 10,
      patience: 100,
      experts: { rank: 4, alpha: 4, router: { at: 1, hidden: 8, mix: 'soft' } },
    },
    gate: gateSettingsSchema.parse({}),
  };
}
