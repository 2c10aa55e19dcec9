import { MoodtapeError } from '../errors.js';
import { hiddenStates } from './frozen-layers.js';
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
): Promise<TrainingTask> {
  const { model, learns, frozenLayers, objective } = phase;
  const names = model.spec.experts?.names ?? [];
  const ids = texts.map((text) => text.ids);
  const states = frozenLayers === undefined ? [] : await hiddenStates(model, frozenLayers, ids);
  const targets = targetsOf(texts, model.spec.labels.length, settings);
  return {
    ...model,
    learns,
    from: frozenLayers ?? 0,
    texts: texts.map((text, i) => {
      const target = targets[i];
      if (target === undefined) throw new MoodtapeError('MT_TRAINING', `no target for text ${i}`);
      return { ids: text.ids, hidden: states[i], expert: expertOf(text, names), ...target };
    }),
    objective: { gamma: settings.gamma, routing: objective },
    settings,
  };
}

function expertOf({ domain }: TokenisedExample, names: readonly string[]): number {
  const index = names.indexOf(domain);
  if (index < 0 && names.length > 0) {
    throw new MoodtapeError(
      'MT_DATA',
      `a text is of domain “${domain}”; the experts are ${names.join(', ')}`,
    );
  }
  return Math.max(index, 0);
}
