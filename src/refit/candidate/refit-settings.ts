import { z } from 'zod';
import { domainLoraSpecSchema } from '../../model/spec.js';
import { DEFAULT_SETTINGS, phaseSettingsSchema } from '../../training/settings.js';

/** Everything that decides how a refit learns. */
export const refitSettingsSchema = phaseSettingsSchema.extend({
  /** Of the experts that a dense incumbent gets, `usualExperts` when left out; those of another stay as they are. */
  experts: domainLoraSpecSchema.pick({ rank: true, alpha: true, router: true }).optional(),
  /** Share of the texts that choose the best weights and the temperature. */
  validShare: z.number().gt(0).lt(1),
});

export type RefitSettings = z.infer<typeof refitSettingsSchema>;

/** Labels that a refit learns from, at most, old and new: more of them teach more than newer ones alone. */
export const MOST_LABELS = 8000;

/** Defaults for a few thousand texts: several times over, from weights that are good already. */
export const DEFAULT_REFIT: RefitSettings = {
  ...DEFAULT_SETTINGS.joint,
  epochs: 2,
  learningRate: 3e-3,
  warmup: 20,
  averaging: 0.98,
  domainBalance: 0.99,
  evaluateEvery: 50,
  patience: 4,
  validShare: 0.1,
};
