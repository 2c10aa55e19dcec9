import { MoodtapeError } from '../errors.js';
import { type HiddenStates, networkInputs } from './frozen-layers.js';
import type { TokenisedExample } from './model.js';
import type { Phase } from './phases/phase.js';
import type { PhaseSettings } from './settings.js';
import { targetsOf } from './targets.js';
import type { TrainingTask } from './trainer.js';

/** A phase over its texts: the frozen layers are run, labels become targets, domains become expert indices. */
export async function taskOf(
  phase: Phase,
  texts: readonly TokenisedExample[],
  settings: PhaseSettings,
  statesOf?: HiddenStates,
): Promise<TrainingTask> {
  const { model, learns, firstWord, frozenLayers, objective } = phase;
  const names = model.spec.experts?.names ?? [];
  const inputs = await networkInputs(
    model,
    frozenLayers,
    texts.map(({ ids }) => ids),
    statesOf,
  );
  const targets = targetsOf(texts, model.spec.labels.length, settings);
  return {
    ...model,
    learns,
    firstWord,
    from: frozenLayers,
    texts: texts.map((text, i) => {
      const [input, target] = [inputs[i], targets[i]];
      if (input === undefined || target === undefined) {
        throw new MoodtapeError('MT_TRAINING', `no input or no target for text ${i}`);
      }
      return { ...input, ...target, expert: expertOf(text, names) };
    }),
    objective: { gamma: settings.gamma, routing: objective, loadBalance: settings.loadBalance },
    settings,
  };
}

/** One expert alone takes every text. */
function expertOf({ domain }: TokenisedExample, names: readonly string[]): number {
  const index = names.indexOf(domain);
  if (index < 0 && names.length > 1) {
    throw new MoodtapeError(
      'MT_DATA',
      `a text is of domain “${domain}”; the experts are ${names.join(', ')}`,
    );
  }
  return Math.max(index, 0);
}
