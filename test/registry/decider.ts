/**
 * A process of its own that decides: `decider.ts`. It says `ready`, carries out each job that it is sent, and answers with
 * what became of it.
 */
import type { ModelEvent } from '../../src/codec/model-event.js';
import { MoodtapeError } from '../../src/errors.js';
import { ModelRegistry } from '../../src/registry/registry.js';
import type { Answer, Job } from './job.js';

async function work({ folder, bundles, steps }: Job): Promise<Answer> {
  const registry = await ModelRegistry.open(folder);
  const { seq } = await registry.state();
  const decided: ModelEvent[] = [];
  const refused: string[] = [];
  for (const { action, bundle, early } of steps) {
    const { dir = '', version = '' } = bundles[bundle] ?? {};
    const note = early ? { seq, metrics: { decidedOn: seq } } : {};
    const actions: Record<typeof action, () => Promise<unknown>> = {
      register: () => registry.register(dir),
      collect: () => registry.collect({ keep: 0 }),
      promote: async () => decided.push(await registry.promote(version, note)),
      reject: async () => decided.push(await registry.reject(version, note)),
      rollback: async () => decided.push(await registry.rollback(note)),
      try: async () => decided.push(await registry.startTrial(version, { kind: 'canary', share: 0.5 }, note)),
      endTrial: async () => decided.push(await registry.endTrial(note)),
    };
    await actions[action]().catch((error) => {
      refused.push(error instanceof MoodtapeError ? error.code : String(error));
    });
  }
  return { decided, refused };
}

process.on('message', async (job: Job) => process.send?.(await work(job)));
process.send?.('ready');
