import { z } from 'zod';

/** The linear maps of an encoder layer that `domain-lora` adapts (FinSA-MoE: all but the key projection). */
export const ADAPTED_MAPS = [
  'attention.query',
  'attention.value',
  'attention.output',
  'ffn.up',
  'ffn.down',
] as const;
export type AdaptedMap = (typeof ADAPTED_MAPS)[number];

/** A post-LN BERT or RoBERTa encoder. */
export const encoderSpecSchema = z.object({
  vocabulary: z.number().int().positive(),
  /** Rows of the position table. */
  positions: z.number().int().positive(),
  /** Row of the first token: 0 in BERT, padding id + 1 in RoBERTa. */
  positionOffset: z.number().int().nonnegative(),
  layers: z.number().int().positive(),
  hidden: z.number().int().positive(),
  heads: z.number().int().positive(),
  intermediate: z.number().int().positive(),
  layerNormEps: z.number().positive(),
  padId: z.number().int().nonnegative(),
});

export type EncoderSpec = z.infer<typeof encoderSpecSchema>;

/**
 * Low-rank experts beside the encoder's linear maps (FinSA-MoE): y = xW + b + s·((xA) ⊙ g)B with s = alpha / rank,
 * A [in, E·rank], B [E·rank, out], and g the routing weights, each repeated `rank` times.
 */
export const domainLoraSpecSchema = z.object({
  kind: z.literal('domain-lora'),
  names: z.array(z.string()).min(1),
  rank: z.number().int().positive(),
  alpha: z.number().positive(),
  router: z.object({
    /**
     * Where the router reads [CLS]: after `at` layers, with adapters only in the layers above (one pass), or at the
     * adapter-free `final` layer, with adapters in all layers (a second pass; the published model).
     */
    at: z.union([z.literal('final'), z.number().int().nonnegative()]),
    hidden: z.number().int().positive(),
    /** How experts combine when scoring: `soft` mixes by weight, `top1` takes the most likely alone. */
    mix: z.enum(['soft', 'top1']),
  }),
});

export type DomainLoraSpec = z.infer<typeof domainLoraSpecSchema>;

/** A classifier: encoder, experts (none: dense), mean pooling over all tokens but padding, one linear head. */
export const modelSpecSchema = z
  .object({
    encoder: encoderSpecSchema,
    experts: domainLoraSpecSchema.nullable(),
    labels: z.array(z.string()).min(2),
    /** Tokens that are read of a text, special tokens included. */
    maxLength: z.number().int().positive(),
  })
  .refine(({ encoder }) => encoder.hidden % encoder.heads === 0, 'heads must divide hidden')
  .refine(
    ({ encoder, maxLength }) => encoder.positionOffset + maxLength <= encoder.positions,
    'maxLength must fit into the position table',
  )
  .refine(
    ({ encoder, experts }) =>
      experts === null || experts.router.at === 'final' || experts.router.at <= encoder.layers,
    'the router must read a layer that there is',
  );

export type ModelSpec = z.infer<typeof modelSpecSchema>;

/** Index of the first layer with adapters; `encoder.layers` for a dense model. */
export function firstAdaptedLayer(spec: ModelSpec): number {
  if (spec.experts === null) return spec.encoder.layers;
  return spec.experts.router.at === 'final' ? 0 : spec.experts.router.at;
}
