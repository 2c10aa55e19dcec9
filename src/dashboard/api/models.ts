import { z } from 'zod';
import type { LiveAccuracy } from '../../refit/watch/live-accuracy.js';
import type { ModelsNow, Sources } from '../sources.js';
import { type Models, modelsSchema } from './answers.js';
import { endpoint } from './endpoint.js';
import { limitInput } from './inputs.js';

const input = z.strictObject({ limit: limitInput({ most: 1_000, standard: 200 }).describe('Most events.') });

export function models(sources: Sources) {
  return endpoint({
    path: '/api/models',
    summary: 'Versions of the model, and what was decided about them',
    input,
    output: modelsSchema,
    answer: async ({ limit }) => answerOf(await sources.models(), sources.accuracy(), limit),
  });
}

function answerOf(now: ModelsNow | undefined, accuracy: LiveAccuracy | undefined, limit: number): Models {
  const { state, versions = [], events = [] } = now ?? {};
  return {
    live: state?.live ?? null,
    previous: state?.previous ?? null,
    trial: state?.trial ?? null,
    versions: versions.map(({ share, decision, ...version }) => ({
      ...version,
      share: share ?? null,
      decision: decision ?? null,
    })),
    events: events.slice(-limit).toReversed(),
    accuracy: accuracy === undefined ? null : { ...accuracy, difference: accuracy.difference ?? null },
  };
}
