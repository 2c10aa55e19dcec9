import { MoodtapeError } from '../../errors.js';
import { type ExpertForm, expertForms } from '../expert-form.js';
import { mergedExpert } from '../merged-expert.js';
import type { Value } from '../onnx/graph.js';
import type { Route } from '../route.js';
import { type DomainLoraSpec, firstAdaptedLayer } from '../spec.js';
import type { GraphContext } from './context.js';
import { encoderLayers } from './encoder.js';
import { pool } from './head.js';
import type { LayerInputs } from './layer-inputs.js';
import { gatesOf } from './low-rank-experts.js';
import { byExpert } from './merged-experts.js';
import { fixedWeights, likeliest, likeliestAlone, routerWeights } from './text-routing.js';

export interface DomainExperts {
  /** What the router says, or 1 for the expert that is fixed: float32 [batch, experts]. */
  readonly weights: Value;
  /** float32 [batch, hidden] */
  readonly pooled: Value;
}

/**
 * Weighs the experts and runs the layers that they adapt, on the states `below` them [batch · length, hidden].
 *
 * @throws MoodtapeError MT_BUNDLE when the experts cannot have this form.
 */
export function domainExperts(
  context: GraphContext,
  experts: DomainLoraSpec,
  below: Value,
  inputs: LayerInputs,
  route: Route,
  form: ExpertForm,
): DomainExperts {
  const { g, spec, parameters } = context;
  if (form === 'merged' && !expertForms(spec, route).includes(form)) {
    const message = 'merged experts need one expert for each text, and no feed-forward experts';
    throw new MoodtapeError('MT_BUNDLE', message);
  }
  const { layers } = spec.encoder;
  const weights =
    route === 'router'
      ? routerWeights(
          context,
          experts.router.at === 'final' ? encoderLayers(context, below, inputs, 0, layers) : below,
          inputs.mask,
        )
      : fixedWeights(context, experts, route.expert, inputs.mask);
  const above = (by: GraphContext, rows: Value, of: LayerInputs) =>
    pool(by, encoderLayers(by, rows, of, firstAdaptedLayer(spec), layers), of.mask);
  if (form === 'low-rank') {
    const mix = experts.router.mix === 'top1' ? likeliestAlone(g, weights, experts) : weights;
    const gates = gatesOf(context, experts, mix, inputs.mask);
    return { weights, pooled: above(context, below, { ...inputs, gates }) };
  }
  const alone = (expert: number) => context.withParameters(mergedExpert(spec, parameters, expert));
  if (route !== 'router') return { weights, pooled: above(alone(route.expert), below, inputs) };
  const chosen = { expertOf: likeliest(g, weights), count: experts.names.length };
  const pooled = byExpert(context, chosen, below, inputs.mask, (expert, rows, of) =>
    above(alone(expert), rows, of),
  );
  return { weights, pooled };
}
