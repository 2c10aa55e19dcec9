import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelledText } from '../../src/codec/label.js';
import { LABELS } from '../../src/codec/sentiment.js';
import { saveBundle } from '../../src/model/bundle.js';
import { ensureFirstVersion } from '../../src/refit/first-version.js';
import { LabelBuffer } from '../../src/refit/labels/buffer.js';
import { Trainer, type TrainerSettings } from '../../src/refit/trainer.js';
import type { TrainerEvent } from '../../src/refit/trainer-event.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { type Example, writeExamples } from '../../src/training/dataset.js';
import { TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { randomParameters } from '../training/tiny-model.js';
import { flipped, shiftedRequest, shiftedTexts, trainOnNews } from './shifted-model.js';

/**
 * Guards the whole way of a label, with real models and processes: what the stream has learned goes live, labels that are
 * turned round never do, a worse version is taken back, and a refit goes on with the next run.
 */

const folder = mkdtempSync(join(tmpdir(), 'moodtape-trainer-'));
const path = (name: string) => join(folder, name);
let registry: ModelRegistry;
let settings: TrainerSettings;
let offset = 0;

beforeAll(async () => {
  const incumbent = await trainOnNews(folder);
  const golden = path('golden.csv');
  await writeExamples(golden, [...shiftedTexts('news', 200, 5), ...shiftedTexts('forum', 30, 6)], LABELS);
  registry = await ModelRegistry.open(path('models'));
  await ensureFirstVersion(registry, incumbent);
  const request = shiftedRequest(incumbent, []);
  settings = {
    ...{ golden: [golden], settings: request.settings, gate: request.gate },
    ...{ niceness: 5, threads: 1, backend: 'wasm', texts: 600, keepVersions: 3 },
    trigger: { labels: 500, milliseconds: 3_600_000, atLeast: 400 },
    watch: { margin: 0.02, psi: 1 },
    holdoutShare: 0.2,
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A poll of labels. */
function poll(examples: readonly Example[]) {
  const entries = examples.map(({ id, text, domain, label }) => {
    const labelled: LabelledText = {
      ...{ id, text, labelledAt: 0, label: LABELS[label] ?? '中性' },
      domain: domain === 'news' ? 'news' : 'forum',
    };
    return { offset: BigInt(offset++), value: labelled };
  });
  return { topic: 'labels', partition: 0, entries };
}

/** Runs a trainer until something is so, then stops it. */
async function train(name: string, examples: readonly Example[], isSo: (events: TrainerEvent[]) => boolean) {
  const events: TrainerEvent[] = [];
  const trainer = new Trainer(path(name), registry, settings, (event) => events.push(event));
  const stop = new AbortController();
  const running = trainer.run(stop.signal);
  await trainer.add(poll(examples));
  // Training on a busy machine takes its time; the test's own limit is what ends it.
  const looks = new Promise<void>((resolve) => {
    const look = () => (isSo(events) ? resolve() : setTimeout(look, 50));
    look();
  });
  await Promise.race([looks, running]);
  stop.abort();
  await running;
  await trainer.close();
  return events;
}

const has = (type: TrainerEvent['type']) => (events: TrainerEvent[]) =>
  events.some((event) => event.type === type);
const mixed = (count: number, seed: number) =>
  shiftedTexts('forum', count, seed).flatMap((text, i) => [
    text,
    ...shiftedTexts('news', 1, seed + 1000 + i),
  ]);

describe('Trainer', { timeout: 300_000 }, () => {
  it('takes a refit up again that was stopped, and promotes what has learned the shift', async () => {
    const first = (await registry.state()).live;
    const events = await train('stream', mixed(380, 3), has('refitStepped'));
    expect(events.find(({ type }) => type === 'refitBegun')).toMatchObject({ reason: /\d+ new labels/ });
    expect(has('refitDecided')(events)).toBe(false);
    expect(existsSync(path('stream/refit'))).toBe(true);

    const later = await train('stream', [], has('refitDecided'));
    expect(later.find(({ type }) => type === 'refitBegun')).toMatchObject({ reason: 'it was under way' });
    const decided = later.find((event) => event.type === 'refitDecided');
    expect(decided).toMatchObject({ promoted: true, reason: /better on the holdout/ });
    const { live, previous } = await registry.state();
    expect([previous, live]).toEqual([first, decided?.type === 'refitDecided' ? decided.version : '']);
    const [event] = (await registry.events()).slice(-1);
    expect(event).toMatchObject({ event: 'promoted', version: live, previous: first });
    expect(event?.metrics['holdout.difference']).toBeGreaterThan(0.1);
    expect(existsSync(path('stream/refit'))).toBe(false);
  });

  it('promotes nothing that comes of labels that are turned round', async () => {
    const { live } = await registry.state();
    const isOver = (events: TrainerEvent[]) => {
      const judged = events.flatMap((event) => (event.type === 'labelsJudged' ? event : [])).at(-1);
      const done = judged !== undefined && judged.counts.waiting === 0;
      return (
        done && (!has('refitBegun')(events) || has('refitDecided')(events) || has('refitFailed')(events))
      );
    };
    await train('flipped', flipped(mixed(380, 7)), isOver);
    expect((await registry.state()).live).toBe(live);
    const buffer = LabelBuffer.open(path('flipped/labels'));
    expect(buffer.counts()).toMatchObject({ learn: {}, holdout: {}, waiting: 0 });
    expect(buffer.counts().held).toBeGreaterThan(500);
    await buffer.close();
  });

  it('goes back to the version before when the live one turns out worse', async () => {
    const { live: good } = await registry.state();
    const { name, spec, tokenizer } = TINY_BUNDLE;
    const parameters = randomParameters(spec, 77);
    const content = { name, spec, tokenizer, parameters, temperature: 1, metrics: {}, provenance: {} };
    await saveBundle(path('bad'), content, 'F32');
    const bad = await registry.register(path('bad'));
    await registry.promote(bad);
    const events = await train('stream', mixed(150, 9), has('rolledBack'));
    expect(events.find(({ type }) => type === 'rolledBack')).toMatchObject({
      ...{ from: bad, to: good },
      reason: /worse by \d+\.\d points on \d+ labels since it went live/,
    });
    expect((await registry.state()).live).toBe(good);
    const [event] = (await registry.events()).slice(-1);
    expect(event).toMatchObject({ event: 'rolledBack', version: good });
    expect(event?.metrics['labels.difference']).toBeLessThan(-0.2);
  });
});
