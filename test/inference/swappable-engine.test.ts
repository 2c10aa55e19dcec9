import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import type { EngineBundle } from '../../src/inference/create-engine.js';
import { SwappableEngine } from '../../src/inference/swappable-engine.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { StubEngine, type StubOptions, stubScore } from '../flow/stub-engine.js';

const bundle = (version: string): EngineBundle => ({ ...TINY_BUNDLE, version });

/** A gate that batches wait at until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait: () => opened };
}

/** A swappable engine on stubs, and all that were started. */
function swappable(optionsOf: (version: string) => StubOptions = () => ({}), workers = 2) {
  const stub = (version: string, ofThose: number) =>
    new StubEngine({ model: { version }, workers: ofThose, ...optionsOf(version) });
  const first = stub('a', workers);
  const started: StubEngine[] = [first];
  const engine = new SwappableEngine(first, async ({ version }, ofThose) => {
    const next = stub(version, ofThose);
    started.push(next);
    return next;
  });
  const versions = async (...texts: string[]) =>
    (await engine.score(texts.map((text) => engine.tokenise(text)))).map(({ model }) => model.version);
  return { engine, started, versions };
}

describe('SwappableEngine', () => {
  it('gives new batches to the new model, and closes the old one when its batches are done', async () => {
    const { open, wait } = gate();
    const { engine, started, versions } = swappable((version) => (version === 'a' ? { before: wait } : {}));
    const old = versions('涨', '跌');
    let gone = false;
    const swapped = engine.swap(bundle('b')).then(() => {
      gone = true;
    });
    while (engine.model.version === 'a') await new Promise((resolve) => setImmediate(resolve));
    expect(await versions('涨')).toEqual(['b']);
    expect([gone, started[0]?.closed]).toEqual([false, false]);
    open();
    expect(await old).toEqual(['a', 'a']);
    await swapped;
    expect(started.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it.each([
    ['cannot be started', { version: 'absent' }, {}, 'MT_BUNDLE'],
    ['fails on a plain text', {}, { poison: () => true }, 'MT_INFERENCE'],
    ['has no memory for its last thread', {}, { before: refuseSecond() }, 'MT_DEVICE'],
    ['has other labels', { spec: { ...TINY_BUNDLE.spec, labels: ['差', '好'] } }, {}, 'MT_BUNDLE'],
  ])('stays with the old model when the new one %s', async (_, changes, options, code) => {
    const first = new StubEngine({ workers: 2 });
    const started: StubEngine[] = [];
    const engine = new SwappableEngine(first, async ({ version }, workers) => {
      if (version === 'absent') throw new MoodtapeError('MT_BUNDLE', 'damaged');
      const next = new StubEngine({ workers, ...options });
      started.push(next);
      return next;
    });
    await expect(engine.swap({ ...bundle('b'), ...changes })).rejects.toMatchObject({ code });
    await expect(
      engine.startTrial({ ...bundle('b'), ...changes }, { kind: 'canary', share: 1 }),
    ).rejects.toMatchObject({ code });
    expect(started.every(({ closed }) => closed)).toBe(true);
    expect([first.closed, engine.model, engine.trial]).toEqual([false, first.model, undefined]);
    const text = engine.tokenise('涨');
    expect(await engine.score([text])).toEqual([stubScore(text)]);
  });

  it('makes changes one after another, and leaves one model open', async () => {
    const { engine, started, versions } = swappable();
    await Promise.all(['b', 'c', 'd'].map((version) => engine.swap(bundle(version))));
    expect(await versions('涨')).toEqual(['d']);
    expect(started.filter(({ closed }) => !closed).map(({ model }) => model.version)).toEqual(['d']);
  });

  it('closes what a change has begun when it is closed meanwhile, and refuses later ones', async () => {
    const { engine, started } = swappable();
    const changes = [engine.swap(bundle('b')), engine.startTrial(bundle('c'), { kind: 'shadow', share: 1 })];
    await engine.close();
    await Promise.all(changes);
    expect(started.map(({ closed }) => closed)).toEqual([true, true, true]);
    await expect(engine.swap(bundle('d'))).rejects.toMatchObject({ code: 'MT_DEVICE' });
    expect(started).toHaveLength(3);
  });

  it('gives a trial as many workers as its share needs, and a swap all of them', async () => {
    const { engine, started } = swappable(() => ({}), 8);
    await engine.startTrial(bundle('b'), { kind: 'canary', share: 0.1 });
    await engine.startTrial(bundle('c'), { kind: 'canary', share: 0.5 });
    await engine.swap(bundle('d'));
    expect(started.map(({ workers }) => workers)).toEqual([8, 1, 4, 8]);
    expect(engine.workers).toBe(8);
  });

  it('says who is on trial, and in the end what came of it', async () => {
    const { engine, started, versions } = swappable();
    expect(await engine.endTrial()).toBeUndefined();
    await engine.startTrial(bundle('b'), { kind: 'canary', share: 1 });
    expect(engine.trial).toEqual({ kind: 'canary', share: 1, version: 'b' });
    expect(engine.model.version).toBe('a');
    expect(await versions('涨', '跌')).toEqual(['b', 'b']);
    expect(await engine.endTrial()).toMatchObject({ texts: 2, failed: 0 });
    expect([engine.trial, started[1]?.closed]).toEqual([undefined, true]);
    expect(await versions('涨', '跌')).toEqual(['a', 'a']);
  });
});

/** Makes the second batch fail as one without a thread does. */
function refuseSecond(): () => Promise<void> {
  let batches = 0;
  return async () => {
    if (++batches % 2 === 0) throw new MoodtapeError('MT_DEVICE', 'no thread can start');
  };
}
