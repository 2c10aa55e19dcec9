import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../src/codec/model-event.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import { pause } from '../conformance/patience.js';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { expectLegal, journalOf } from './consistent.js';
import { ACTIONS, type Answer, type Job, type Step } from './job.js';

const DECIDER = fileURLToPath(new URL('./decider.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'moodtape-deciders-'));
const deciders: ChildProcess[] = [];
let bundles: Job['bundles'];

beforeAll(async () => {
  const temperatures = [1, 2, 3];
  [bundles] = await Promise.all([
    Promise.all(
      temperatures.map((temperature) => saveTinyBundle(join(root, `${temperature}`), { temperature })),
    ),
    launch(),
    launch(),
  ]);
});
afterAll(async () => {
  await Promise.all(deciders.map(kill));
  rmSync(root, { recursive: true });
});

async function launch(): Promise<ChildProcess> {
  const decider = fork(DECIDER, { execArgv: ['--import', 'tsx'] });
  deciders.push(decider);
  await once(decider, 'message');
  return decider;
}

async function kill(decider: ChildProcess): Promise<void> {
  deciders.splice(deciders.indexOf(decider), 1);
  const exit = once(decider, 'exit');
  decider.kill('SIGKILL');
  await exit;
}

async function send(decider: ChildProcess, job: Job): Promise<Answer> {
  const answer = once(decider, 'message');
  decider.send(job);
  const [message] = await answer;
  return message;
}

const newJob = (): Omit<Job, 'steps'> => ({
  folder: mkdtempSync(join(root, 'registry-')),
  bundles: bundles.map(({ dir, version }) => ({ dir, version })),
});

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS, 'register', 'promote'),
    bundle: fc.nat({ max: 2 }),
    early: fc.boolean(),
  }),
  { minLength: 5, maxLength: 20 },
);

const DECISIONS = new Set<ModelEvent['event']>([
  'promoted',
  'rejected',
  'rolledBack',
  'canary',
  'trialEnded',
]);

async function expectLoadable(folder: string, wanted: 'all' | 'in use'): Promise<void> {
  const registry = await ModelRegistry.open(folder);
  const { versions, live, previous, trial } = await registry.state();
  for (const version of wanted === 'all' ? versions : [live, previous, trial?.version]) {
    if (version !== undefined) expect((await registry.load(version)).version).toBe(version);
  }
}

describe('two processes that decide at once', () => {
  it('leave a journal of legal steps, each decision in it once, and the bundles that it speaks of', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (first, second) => {
        const job = newJob();
        const registry = await ModelRegistry.open(job.folder);
        for (const { dir } of bundles.slice(0, 2)) await registry.register(dir);
        const answers = await Promise.all(
          [first, second].map((steps, i) => send(deciders[i] ?? expect.fail(), { ...job, steps })),
        );

        const events = journalOf(job.folder);
        expectLegal(events);
        const decided = answers.flatMap((answer) => answer.decided).sort((a, b) => a.seq - b.seq);
        expect(events.filter(({ event }) => DECISIONS.has(event))).toEqual(decided);
        for (const code of answers.flatMap((answer) => answer.refused)) {
          expect(code).toMatch(/^MT_(CONFLICT|REGISTRY|BUNDLE)$/);
        }
        await expectLoadable(job.folder, 'all');
        expect(readdirSync(join(job.folder, 'temporary'))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('leave no torn file, and lose no decision, when one is killed', async () => {
    const job = newJob();
    const many = fc.sample(steps, { numRuns: 50, seed: 6 }).flat();
    const survivor = deciders[0] ?? expect.fail();
    for (let round = 0; round < 3; round++) {
      const working = send(survivor, { ...job, steps: many.slice(round * 25, (round + 1) * 25) });
      const victim = await launch();
      victim.send({ ...job, steps: many.toReversed() });
      await pause(50 + Math.random() * 250);
      await kill(victim);
      const { decided } = await working;
      const events = journalOf(job.folder);
      expectLegal(events);
      expect(events).toEqual(expect.arrayContaining([...decided]));
      await expectLoadable(job.folder, 'in use');
    }
    expect(journalOf(job.folder).length).toBeGreaterThan(10);
  });
});
