import { expect, it, onTestFinished } from 'vitest';
import { SwappableEngine } from '../../src/inference/swappable-engine.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { append, openLog, Running, readScored } from './bench.js';
import { StubEngine, type StubOptions } from './stub-engine.js';

const bundle = (version: string) => ({ ...TINY_BUNDLE, version });

/** A scorer on an engine of version `a`, and what it did with the texts so far. */
async function scoring(options: StubOptions = {}) {
  const transport = await openLog();
  const engine = new SwappableEngine(
    new StubEngine({ model: { version: 'a' }, ...options }),
    async ({ version }) => new StubEngine({ model: { version } }),
  );
  onTestFinished(() => engine.close());
  const limits = { maxTexts: 1, maxTokens: 512 };
  const running = new Running({ transport, engine, limits });
  let count = 0;
  const score = async (...texts: string[]) => {
    await append(transport, texts);
    count += texts.length;
    await running.committed(count);
  };
  const versions = async () => (await readScored(transport)).map(({ text, model }) => `${text} ${model}`);
  const cached = () => running.commits.reduce((sum, commit) => sum + commit.cached, 0);
  return { transport, engine, running, score, versions, cached };
}

it('remembers a score for the version that it is from, through swaps and trials', async () => {
  const { engine, score, versions, cached } = await scoring();
  await score('涨');
  await engine.startTrial(bundle('b'), { kind: 'canary', share: 1 });
  await score('涨');
  await engine.endTrial();
  await score('涨');
  expect(cached()).toBe(1);
  await engine.swap(bundle('b'));
  await score('涨');
  expect(cached()).toBe(2);
  await engine.swap(bundle('c'));
  await score('涨');
  expect(cached()).toBe(2);
  expect(await versions()).toEqual(['涨 a', '涨 b', '涨 a', '涨 b', '涨 c']);
});

it('remembers nothing of a text that waited for one version and was scored by the next', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { transport, engine, running, versions, cached } = await scoring({ before: () => opened });
  // One text in the worker, one beside it, one that waits.
  await append(transport, ['甲', '乙', '涨']);
  await running.until(() => running.events.some((event) => event.type === 'queue' && event.texts === 1));
  const swapped = engine.swap(bundle('b'));
  while (engine.model.version === 'a') await new Promise((resolve) => setImmediate(resolve));
  open();
  await swapped;
  await running.committed(3);
  expect(await versions()).toEqual(['甲 a', '乙 a', '涨 b']);
  await engine.swap(bundle('a'));
  await append(transport, ['涨']);
  await running.committed(4);
  expect((await versions()).at(-1)).toBe('涨 a');
  expect(cached()).toBe(0);
});
