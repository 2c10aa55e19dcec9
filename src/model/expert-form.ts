import type { Route } from './route.js';
import type { ModelSpec } from './spec.js';

/**
 * How `domain-lora` experts are computed: by the low-rank product beside the encoder's own weights, or merged into a
 * copy of those weights for each expert.
 */
export type ExpertForm = 'low-rank' | 'merged';

/**
 * The forms of a model of which one may be the fastest; the first is taken where nobody measured. Merged experts need
 * texts that go to one expert each: merging a soft mix would make new weights for every text, at several times the price
 * of the low-rank product. Where all texts go to the same expert, merged is the dense encoder, and nothing is faster.
 */
export function expertForms(
  { experts, ffnExperts }: Pick<ModelSpec, 'experts' | 'ffnExperts'>,
  route: Route = 'router',
): readonly [ExpertForm, ...ExpertForm[]] {
  if (experts === null) return ['low-rank'];
  if (route !== 'router') return ['merged'];
  // An expert that no text goes to would route no tokens: ONNX Runtime (1.30) dies of a TopK of no rows.
  const canMerge = experts.router.mix === 'top1' && ffnExperts === undefined;
  return canMerge ? ['low-rank', 'merged'] : ['low-rank'];
}
