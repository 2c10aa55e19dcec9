import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defer, type Observable, Subject, throwError } from 'rxjs';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { ModelChange } from '../../src/flow/model-change.js';
import { SwappableEngine } from '../../src/inference/swappable-engine.js';
import { createLogger } from '../../src/observe/logger.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import type { RegistryState } from '../../src/registry/state.js';
import { followModels } from '../../src/topology/follow-models.js';
import { waitUntil } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { StubEngine } from '../flow/stub-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-follow-'));
afterAll(() => rmSync(folder, { recursive: true }));
let registries = 0;

/** A registry with two versions, and an engine of neither that follows it. */
async function following(retryMs = 20) {
  const registry = await ModelRegistry.open(join(folder, `registry${registries++}`));
  const versions: string[] = [];
  for (const temperature of [1, 2]) {
    const { dir } = await saveTinyBundle(join(folder, `bundle${temperature}`), { temperature });
    versions.push(await registry.register(dir));
  }
  const [one = '', other = ''] = versions;
  const first = new StubEngine({ model: { version: 'first' }, workers: 2 });
  const engine = new SwappableEngine(
    first,
    async ({ version }, workers) => new StubEngine({ model: { version }, workers }),
  );
  onTestFinished(() => engine.close());
  const changes: ModelChange[] = [];
  const logged: string[] = [];
  const follow = (states: () => Observable<RegistryState>) => {
    const followed = { follow: states, load: (version: string) => registry.load(version) };
    const logger = createLogger('warn', { write: (line) => logged.push(line) });
    const subscription = followModels(followed, engine, logger, retryMs).subscribe((change) =>
      changes.push(change),
    );
    onTestFinished(() => subscription.unsubscribe());
    return subscription;
  };
  const until = (type: ModelChange['type'], count = 1) =>
    waitUntil(type, () => changes.filter((change) => change.type === type).length >= count);
  return { registry, engine, first, one, other, changes, logged, follow, until };
}

it('goes over to what is promoted, and back to what is rolled back to', async () => {
  const { registry, engine, first, one, other, changes, follow, until } = await following();
  follow(() => registry.follow(5));
  await registry.promote(one);
  await until('swapped');
  expect([engine.model.version, first.closed]).toEqual([one, true]);
  await registry.promote(other);
  await until('swapped', 2);
  await registry.rollback();
  await until('swapped', 3);
  expect(changes).toMatchObject([
    { previous: 'first', version: one, model: 'stub', runtime: 'stub' },
    { previous: one, version: other },
    { previous: other, version: one },
  ]);
});

it('tries what is on trial, tells what it did, and ends it with its trial or with the live version', async () => {
  const { registry, engine, one, other, changes, follow, until } = await following();
  follow(() => registry.follow(5));
  await registry.promote(one);
  await registry.startTrial(other, { kind: 'canary', share: 1 });
  await until('trialStarted');
  expect(engine.trial).toEqual({ kind: 'canary', share: 1, version: other });
  await engine.score([engine.tokenise('涨'), engine.tokenise('跌')]);
  await registry.startTrial(other, { kind: 'shadow', share: 0.5 });
  await until('trialStarted', 2);
  await registry.promote(other);
  await until('swapped', 2);
  expect(engine.trial).toBeUndefined();
  expect(changes).toMatchObject([
    { type: 'swapped', version: one },
    { type: 'trialStarted', kind: 'canary', share: 1, version: other, model: 'tiny' },
    { type: 'trial', kind: 'canary', version: other, texts: 2 },
    { type: 'trialEnded', kind: 'canary', share: 1, version: other, texts: 2, failed: 0 },
    { type: 'trialStarted', kind: 'shadow', share: 0.5 },
    { type: 'trialEnded', kind: 'shadow', texts: 0 },
    { type: 'swapped', version: other },
  ]);
});

it('stays where it is when a version is damaged, says so, and goes on when it is whole again', async () => {
  const { registry, engine, one, other, changes, follow, until } = await following();
  await registry.promote(one);
  await registry.promote(other);
  await rm(join(registry.folderOf(other), 'tokenizer.json'));
  follow(() => registry.follow(5));
  await until('swapFailed', 2);
  expect(changes[0]).toMatchObject({ role: 'live', version: other, error: { code: 'MT_BUNDLE' } });
  expect(engine.model.version).toBe('first');
  await registry.register(join(folder, 'bundle2'));
  await until('swapped');
  expect(engine.model.version).toBe(other);
});

it('waits for a registry that cannot be read', async () => {
  const { registry, engine, one, logged, follow, until } = await following();
  await registry.promote(one);
  let away = 2;
  const stale = throwError(() => new Error('stale file handle'));
  follow(() => defer(() => (away-- > 0 ? stale : registry.follow(5))));
  await until('swapped');
  expect(engine.model.version).toBe(one);
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', code: 'MT_REGISTRY', message: 'stale file handle' },
    { level: 'warn' },
  ]);
});

it('makes no change of its own when nothing is live, nor any more when it is not subscribed to', async () => {
  const { registry, engine, one, changes, follow } = await following();
  const states = new Subject<RegistryState>();
  const subscription = follow(() => states);
  states.next(await registry.state());
  await registry.promote(one);
  subscription.unsubscribe();
  states.next(await registry.state());
  await new Promise((resolve) => setImmediate(resolve));
  expect([engine.model.version, changes]).toEqual(['first', []]);
});
