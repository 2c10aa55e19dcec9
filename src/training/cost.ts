import { z } from 'zod';
import type { Phase } from './phases/phase.js';

/** What a training took; a bundle's metrics keep it. */
export const trainingCostSchema = z.object({
  /** Parameters that learned. */
  learnedParameters: z.number(),
  /** All parameters of the network while it was trained. */
  parameters: z.number(),
  /** Texts that were trained on in a second, evaluations not counted; left out when nothing was left to train. */
  textsPerSecond: z.number().optional(),
  /** The most memory that the process had held by the end, in MB. */
  peakMegabytes: z.number(),
});

export type TrainingCost = z.infer<typeof trainingCostSchema>;

export function countParameters({
  model: { spec, parameters },
  learns,
  firstWord = 0,
}: Phase): Pick<TrainingCost, 'learnedParameters' | 'parameters'> {
  const count = (counts: (name: string) => boolean) =>
    [...parameters].reduce((sum, [name, { data }]) => sum + (counts(name) ? data.length : 0), 0);
  const learned = count((name) => learns.has(name));
  return { learnedParameters: learned - firstWord * spec.encoder.hidden, parameters: count(() => true) };
}

export const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;
