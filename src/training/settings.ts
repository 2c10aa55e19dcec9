import { z } from 'zod';

/** Everything that decides how a phase learns; a bundle's provenance keeps it. */
export const phaseSettingsSchema = z.object({
  epochs: z.number().int().positive(),
  batchSize: z.number().int().positive(),
  learningRate: z.number().positive(),
  warmup: z.number().int().nonnegative(),
  averaging: z.number().min(0).lt(1),
  dropout: z.number().min(0).lt(1),
  smoothing: z.number().min(0).lt(1),
  gamma: z.number().nonnegative(),
  classBalance: z.number().min(0).lt(1),
  /** As classBalance, for the domains; 0 when left out. */
  domainBalance: z.number().min(0).lt(1).optional(),
  /** Coefficient of the load-balancing loss of feed-forward experts. */
  loadBalance: z.number().nonnegative(),
  sourceWeights: z.record(z.string(), z.number().nonnegative()),
  seed: z.number().int().nonnegative(),
  /** Steps between evaluations on the valid texts. */
  evaluateEvery: z.number().int().positive(),
  /** Evaluations without a better weighted F1 after which training stops. */
  patience: z.number().int().positive(),
});

export type PhaseSettings = z.infer<typeof phaseSettingsSchema>;

const COMMON = {
  batchSize: 32,
  averaging: 0.998,
  dropout: 0.1,
  smoothing: 0.05,
  gamma: 0,
  classBalance: 0,
  loadBalance: 0.01,
  sourceWeights: {},
  seed: 13,
  evaluateEvery: 500,
  patience: 12,
};

/** Defaults for a base of a few million parameters, chosen on valid files. */
export const DEFAULT_SETTINGS: Readonly<Record<'base' | 'expert' | 'router' | 'joint', PhaseSettings>> = {
  base: { ...COMMON, epochs: 3, learningRate: 4e-4, warmup: 250 },
  expert: { ...COMMON, epochs: 1, learningRate: 3e-4, warmup: 50 },
  router: { ...COMMON, epochs: 1, learningRate: 2e-3, warmup: 50 },
  joint: { ...COMMON, epochs: 1, learningRate: 2e-4, warmup: 50 },
};
