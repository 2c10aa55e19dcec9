import { expect, it, onTestFinished } from 'vitest';
import {
  createCalibratedEngine,
  createEngine,
  createEngineLike,
  type EngineBundle,
} from '../../src/inference/create-engine.js';
import { readBy } from '../../src/inference/readable-text.js';
import { SwappableEngine } from '../../src/inference/swappable-engine.js';
import { OTHER_TINY_BUNDLE, TINY_BUNDLE } from '../fixtures/tiny-bundle.js';

const TEXT = '大盘涨停';

it('a text that waited for a model with another tokeniser is read as by the new one from the start', async () => {
  const wishes = { device: 'cpu', precision: 'fp32', workers: 1 } as const;
  const first = await createCalibratedEngine(TINY_BUNDLE, wishes);
  const { tokenise } = first.engine;
  const start = (bundle: EngineBundle, workers: number) =>
    createEngineLike({ ...first, tokenise }, bundle, workers);
  const engine = new SwappableEngine(first.engine, start);
  const alone = await createEngine(OTHER_TINY_BUNDLE, wishes);
  onTestFinished(async () => void (await Promise.all([engine.close(), alone.close()])));
  const waiting = engine.tokenise(TEXT);
  const [before] = await engine.score([waiting]);
  expect(waiting.ids).toEqual(tokenise(TEXT).ids);

  await engine.swap(OTHER_TINY_BUNDLE);
  const [[after], [expected]] = await Promise.all([
    engine.score([waiting]),
    alone.score([alone.tokenise(TEXT)]),
  ]);
  expect(after).toEqual(expected);
  expect(after?.model.version).toBe('other-1');
  expect(after?.probabilities).not.toEqual(before?.probabilities);

  await engine.swap({ ...TINY_BUNDLE, version: 'refit' });
  expect(await engine.score([waiting])).toMatchObject([{ ...before, model: { version: 'refit' } }]);
  // The very same function: what waits for a refit is not tokenised again.
  expect(readBy(waiting, first.engine)).toBe(waiting);
  const like = await start({ ...TINY_BUNDLE, version: 'refit' }, 1);
  await like.close();
  expect(like.tokenise).toBe(tokenise);
});

it('says whether the model that scored has read the whole text', async () => {
  const short: EngineBundle = {
    ...TINY_BUNDLE,
    spec: { ...TINY_BUNDLE.spec, maxLength: 4 },
    version: 'short',
  };
  const first = await createCalibratedEngine(TINY_BUNDLE, { device: 'cpu', precision: 'fp32', workers: 1 });
  const like = { ...first, tokenise: first.engine.tokenise };
  const engine = new SwappableEngine(first.engine, (bundle, workers) =>
    createEngineLike(like, bundle, workers),
  );
  onTestFinished(() => engine.close());
  const text = engine.tokenise(TEXT);
  expect(await engine.score([text])).toMatchObject([{ truncated: false }]);
  await engine.swap(short);
  expect(await engine.score([text])).toMatchObject([{ truncated: true, model: { version: 'short' } }]);
});
