/**
 * How an encoder learns a task: `full` fine-tuning; `lora`, low-rank adapters that are merged in the end (Hu et al. 2021);
 * `bitfit`, the biases (Ben Zaken et al. 2022); `p-tuning`, vectors that stand before every text (Liu et al. 2021, Lester
 * et al. 2021); `probe`, the head alone.
 */
export const METHODS = ['full', 'lora', 'bitfit', 'p-tuning', 'probe'] as const;
export type MethodName = (typeof METHODS)[number];

export interface LoraSettings {
  readonly rank: number;
  readonly alpha: number;
  /** Layers below that stay as they are, the embeddings too where there are any. */
  readonly frozenLayers: number;
}

export type Method =
  | { readonly name: 'full' | 'bitfit'; readonly frozenLayers: number }
  | ({ readonly name: 'lora' } & LoraSettings)
  | { readonly name: 'p-tuning'; readonly tokens: number }
  | { readonly name: 'probe' };

/** Highest learning rates: the fewer parameters learn, the larger their steps. */
export const LEARNING_RATES: Readonly<Record<MethodName, number>> = {
  full: 4e-4,
  lora: 1e-3,
  bitfit: 2e-3,
  'p-tuning': 5e-3,
  probe: 1e-2,
};
