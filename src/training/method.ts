import { z } from 'zod';

const frozenLayers = z.number().int().nonnegative();

/**
 * How an encoder learns a task: `full` fine-tuning; `lora`, low-rank adapters that are merged in the end (Hu et al. 2021);
 * `bitfit`, the biases (Ben Zaken et al. 2022); `p-tuning`, vectors that stand before every text (Liu et al. 2021, Lester
 * et al. 2021); `probe`, the head alone. The lowest `frozenLayers` layers stay as they are, and with them the embeddings.
 */
export const methodSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('full'), frozenLayers }),
  z.object({
    name: z.literal('lora'),
    rank: z.number().int().positive(),
    alpha: z.number().positive(),
    frozenLayers,
  }),
  z.object({ name: z.literal('bitfit'), frozenLayers }),
  z.object({ name: z.literal('p-tuning'), promptTokens: z.number().int().positive() }),
  z.object({ name: z.literal('probe') }),
]);

export type Method = z.infer<typeof methodSchema>;
export type LoraMethod = Extract<Method, { name: 'lora' }>;

/** Highest learning rates: the fewer parameters learn, the larger their steps. */
export const LEARNING_RATES: Readonly<Record<Method['name'], number>> = {
  full: 4e-4,
  lora: 1e-3,
  bitfit: 2e-3,
  'p-tuning': 5e-3,
  probe: 1e-2,
};

export const METHODS = methodSchema.options.map(({ shape }) => shape.name.value);
