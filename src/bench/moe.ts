import { userPath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { createCalibratedEngine } from '../inference/create-engine.js';
import type { Engine, TokenisedText } from '../inference/engine.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import type { ExpertForm } from '../model/expert-form.js';
import { buildGraph } from '../model/graph.js';
import type { FfnExpertsSpec } from '../model/spec.js';
import { normalise } from '../text/normalise.js';
import { loadTokeniser } from '../text/tokenise.js';
import { withFfnExperts } from '../training/ffn-experts.js';
import type { Model } from '../training/model.js';
import { normals, random } from '../training/random.js';
import { bestBatches } from './batches.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { compare, inTurns, Side } from './side.js';
import { readTexts } from './texts.js';

/** The feed-forward experts that take the place of every layer's network. */
export interface MoeOptions extends Pick<FfnExpertsSpec, 'kind' | 'topK'> {
  readonly experts: number;
}

const SEED = 13;

/**
 * Time of an encoder with experts against the same encoder without: with the low-rank experts of the model, with these
 * merged and each text read by the likeliest alone, and with feed-forward experts in every layer. A gated one of these is
 * two thirds as wide as the dense network, and so computes as much for a token; a plain one is as wide. Each has the texts in
 * the batches that suit it, as the planner would cut them: experts want larger ones, for each batch reads all their weights.
 *
 * @throws MoodtapeError MT_CONFIG when the model has no low-rank experts.
 */
export async function moe(
  { settings, data, texts, rounds, onRound }: BenchOptions,
  ffn: MoeOptions,
): Promise<Outcome> {
  const { model, device, precision, workers } = settings;
  const bundle = await loadBundle(userPath(model));
  const { experts, ...rest } = bundle.spec;
  if (experts === null) {
    throw new MoodtapeError('MT_CONFIG', `${bundle.dir} has no experts to measure`, {
      remedy: 'give a model with them, such as models/default',
    });
  }
  const parameters = await bundle.parameters();
  const adapted: Model = { spec: bundle.spec, parameters };
  const dense: Model = { spec: { ...rest, experts: null }, parameters };
  const { json, config } = bundle.tokenizer;
  const tokenise = loadTokeniser(json, config, rest.maxLength);
  const tokens = (await readTexts(data, texts)).map((text) => tokenise(normalise(text)));
  const engines: Engine[] = [];
  const start = async (name: string, { spec, parameters }: Model, form: ExpertForm = 'low-rank') => {
    const graph = graphOf({ spec, parameters }, bundle.temperature, form);
    const options = { device, precision, workers, measure: true };
    const { engine, cost } = await createCalibratedEngine({ ...bundle, spec, graph }, options);
    engines.push(engine);
    const batches = bestBatches(tokens, cost);
    return new Side(name, () => time(engine, batches));
  };
  try {
    const peer = await start('the dense encoder', dense);
    const sides = [
      await start(`domain-lora, ${experts.names.length} experts`, adapted),
      await start('the same, merged, the likeliest alone', likeliestAlone(adapted), 'merged'),
      await start(`${ffn.kind}-ffn, ${ffn.experts} experts, ${ffn.topK} a token`, withExperts(dense, ffn)),
    ];
    await inTurns(rounds, [peer, ...sides], onRound);
    const comparisons = sides.map((side) => compare(side, peer, `ms for ${texts} texts`));
    return { comparisons, facts: { runtime: engines[0]?.runtime ?? '' } };
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

/** Milliseconds for all batches. */
async function time(engine: Engine, batches: readonly (readonly TokenisedText[])[]): Promise<number> {
  const started = performance.now();
  await Promise.all(batches.map((batch) => engine.score(batch)));
  return performance.now() - started;
}

function graphOf({ spec, parameters }: Model, temperature: number, form: ExpertForm): Bundle['graph'] {
  return async (precision, route = 'router') =>
    buildGraph({ spec, parameters, precision, temperature, route, form, output: 'scores' });
}

/** Merged experts are for texts that go to one expert each. */
function likeliestAlone({ spec, parameters }: Model): Model {
  const { experts } = spec;
  const top1 = experts && { ...experts, router: { ...experts.router, mix: 'top1' as const } };
  return { spec: { ...spec, experts: top1 }, parameters };
}

/**
 * Feed-forward experts in every layer. Routers of large weights spread the tokens over them, as training with a
 * load-balancing loss does.
 */
function withExperts(dense: Model, { kind, experts, topK }: MoeOptions): Model {
  const { layers, intermediate } = dense.spec.encoder;
  const everyLayer = Array.from({ length: layers }, (_, layer) => layer);
  const width = kind === 'plain' ? intermediate : Math.round((2 * intermediate) / 3);
  const wanted = { kind, layers: everyLayer, count: experts, topK, width };
  const { spec, parameters } = withFfnExperts(dense, wanted, SEED);
  const next = random(SEED);
  const spreading = [...parameters].map(([name, parameter]): [string, typeof parameter] =>
    name.endsWith('ffn.router.weight')
      ? [name, { shape: parameter.shape, data: normals(parameter.data.length, 0.5, next) }]
      : [name, parameter],
  );
  return { spec, parameters: new Map(spreading) };
}
