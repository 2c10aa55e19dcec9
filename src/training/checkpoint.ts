import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import { writeAtomically } from '../model/files.js';
import type { Parameter, Parameters } from '../model/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.js';
import type { Checkpoint, Evaluation, FitProgress } from './fit.js';
import type { TrainerState } from './trainer.js';

const stateSchema = z.object({
  /** What is trained on what: a checkpoint of another run must not be taken up. */
  task: z.string(),
  step: z.number().int(),
  losses: z.array(z.number()),
  history: z.array(z.custom<Evaluation>((value) => typeof value === 'object' && value !== null)),
});

const STATE = 'state.json';

/**
 * Keeps the state of an unfinished run in a folder. A save replaces the one before in one step: the new tensors are
 * written first, under a name of their own, and the small state file that names them is renamed into place.
 */
export function folderCheckpoint(dir: string, task: string): Checkpoint & { remove(): Promise<void> } {
  return {
    async load(trainer) {
      const state = await readState(dir);
      if (state === undefined) return undefined;
      if (state.task !== task) {
        throw new MoodtapeError(
          'MT_TRAINING',
          `${dir} holds an unfinished run with other settings, data or backend`,
          {
            remedy: 'call it with the settings it was begun with, or delete the folder',
          },
        );
      }
      const tensors = decodeSafetensors(await readFile(join(dir, tensorFile(state.step))));
      return restore(trainer, tensors, state);
    },
    async save(trainer, progress) {
      await mkdir(dir, { recursive: true });
      const before = await readState(dir);
      await writeAtomically(
        join(dir, tensorFile(trainer.step)),
        encodeSafetensors(tensorsOf(trainer, progress), 'F32'),
      );
      const state = JSON.stringify({
        task,
        step: trainer.step,
        history: progress.history,
        losses: progress.losses,
      });
      await writeAtomically(join(dir, STATE), state);
      if (before !== undefined && before.step !== trainer.step)
        await rm(join(dir, tensorFile(before.step)), { force: true });
    },
    async remove() {
      // First what says that there is one: who is killed in the midst leaves none.
      await rm(join(dir, STATE), { force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const tensorFile = (step: number) => `state-${step}.safetensors`;

async function readState(dir: string): Promise<z.infer<typeof stateSchema> | undefined> {
  const text = await readFile(join(dir, STATE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : stateSchema.parse(JSON.parse(text));
}

function tensorsOf(trainer: TrainerState, { best }: FitProgress): Parameters {
  const tensors = new Map<string, Parameter>();
  for (const [name, { shape, data }] of trainer.weights) {
    const moments = trainer.moments.get(name);
    const average = trainer.averages.get(name);
    tensors.set(`weight/${name}`, { shape, data });
    if (average !== undefined) tensors.set(`average/${name}`, { shape, data: average });
    if (moments !== undefined) {
      tensors.set(`first/${name}`, { shape, data: moments.first });
      tensors.set(`second/${name}`, { shape, data: moments.second });
    }
  }
  for (const [name, parameter] of best) tensors.set(`best/${name}`, parameter);
  return tensors;
}

function restore(
  trainer: TrainerState,
  tensors: Parameters,
  { step, history, losses }: z.infer<typeof stateSchema>,
): FitProgress {
  const best = new Map<string, Parameter>();
  for (const [name, { data }] of trainer.weights) {
    data.set(find(tensors, `weight/${name}`).data);
    trainer.averages.get(name)?.set(find(tensors, `average/${name}`).data);
    trainer.moments.get(name)?.first.set(find(tensors, `first/${name}`).data);
    trainer.moments.get(name)?.second.set(find(tensors, `second/${name}`).data);
    if (history.length > 0) best.set(name, find(tensors, `best/${name}`));
  }
  trainer.step = step;
  return { history, losses, best };
}

function find(tensors: Parameters, name: string): Parameter {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new MoodtapeError('MT_TRAINING', `the checkpoint lacks ${name}; delete it`);
  return tensor;
}
