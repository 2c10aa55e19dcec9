import { z } from 'zod';

const ATTENTION_MAPS = ['attention.query', 'attention.value', 'attention.output'] as const;
/** The linear maps of an encoder layer that `domain-lora` adapts (FinSA-MoE: all but the key projection). */
export const ADAPTED_MAPS = [...ATTENTION_MAPS, 'ffn.up', 'ffn.down'] as const;
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

/**
 * Experts in the place of some layers' feed-forward networks, chosen token by token: y = Σ wₑ·FFNₑ(x) over the `topK`
 * experts of the largest probability softmax(xR). One expert alone is weighed by its probability (Switch Transformer,
 * Fedus et al. 2022, eq. 2), several by theirs over the sum of theirs (Mixtral, Jiang et al. 2024, eq. 2).
 */
export const ffnExpertsSpecSchema = z.object({
  /** `plain`: gelu(xU + u)D + d; `gated` has the gate inside: (gelu(xG + g) ⊙ (xU + u))D + d. */
  kind: z.enum(['plain', 'gated']),
  /** The layers that have experts, ascending. */
  layers: z
    .array(z.number().int().nonnegative())
    .min(1)
    .refine((layers) => layers.every((layer, i) => i === 0 || layer > (layers[i - 1] ?? 0)), 'must ascend'),
  /** Experts in each of these layers. */
  count: z.number().int().positive(),
  topK: z.number().int().positive(),
  /** Neurons of each expert. */
  width: z.number().int().positive(),
});

export type FfnExpertsSpec = z.infer<typeof ffnExpertsSpecSchema>;

/** A classifier: encoder, experts (neither kind: dense), mean pooling over all tokens but padding, one linear head. */
export const modelSpecSchema = z
  .object({
    encoder: encoderSpecSchema,
    experts: domainLoraSpecSchema.nullable(),
    /** Left out of a model without, so that the versions of bundles from before do not change. */
    ffnExperts: ffnExpertsSpecSchema.optional(),
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
  )
  .refine(
    ({ encoder, ffnExperts }) => ffnExperts?.layers.every((layer) => layer < encoder.layers) ?? true,
    'feed-forward experts must be in layers that there are',
  )
  .refine(
    ({ ffnExperts }) => ffnExperts === undefined || ffnExperts.topK <= ffnExperts.count,
    'a token cannot have more experts than there are',
  );

export type ModelSpec = z.infer<typeof modelSpecSchema>;

/** Index of the first layer with adapters; `encoder.layers` for a dense model. */
export function firstAdaptedLayer(spec: ModelSpec): number {
  if (spec.experts === null) return spec.encoder.layers;
  return spec.experts.router.at === 'final' ? 0 : spec.experts.router.at;
}

/** The feed-forward experts of a layer; undefined where it is dense. */
export function ffnExpertsOf(
  { ffnExperts }: Pick<ModelSpec, 'ffnExperts'>,
  layer: number,
): FfnExpertsSpec | undefined {
  return ffnExperts?.layers.includes(layer) ? ffnExperts : undefined;
}

/** The maps of a layer that `domain-lora` adapts: where feed-forward experts are, those of attention only. */
export function adaptedMaps(spec: ModelSpec, layer: number): readonly AdaptedMap[] {
  return ffnExpertsOf(spec, layer) === undefined ? ADAPTED_MAPS : ATTENTION_MAPS;
}
