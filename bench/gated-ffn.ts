import '../src/no-telemetry.js';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadBundle } from '../src/model/bundle.js';
import { buildGraph } from '../src/model/graph.js';
import type { ModelSpec } from '../src/model/spec.js';
import { normalise } from '../src/text/normalise.js';
import { loadTokeniser } from '../src/text/tokenise.js';
import { withFfnExperts } from '../src/training/ffn-experts.js';
import type { Model } from '../src/training/model.js';
import { normals, random } from '../src/training/random.js';
import { report } from './report.js';
import { feedRecords } from './texts.js';

// Time of an encoder whose every layer has feed-forward experts, against the same encoder without, in int8. A gated
// expert is two thirds as wide as the dense network, and so computes as much for a token.

const ROUNDS = 30;
const BATCH = 32;

/** Routers of large weights spread the tokens over the experts, as training with a load-balancing loss does. */
function spread({ spec, parameters }: Model): Model {
  const next = random(1);
  const spreading = [...parameters].map(([name, parameter]): [string, typeof parameter] =>
    name.endsWith('ffn.router.weight')
      ? [name, { shape: parameter.shape, data: normals(parameter.data.length, 0.5, next) }]
      : [name, parameter],
  );
  return { spec, parameters: new Map(spreading) };
}

async function sessionOf({ spec, parameters }: Model, threads: number): Promise<InferenceSession> {
  const graph = buildGraph({ spec, parameters, precision: 'int8', output: 'scores' });
  return InferenceSession.create(graph, { intraOpNumThreads: threads });
}

/** Texts of the feed in batches of like lengths. */
function batches(tokenise: (text: string) => { ids: Int32Array }, padId: number): Tensor[] {
  const texts = feedRecords(320).map(({ text }) => tokenise(normalise(text)).ids);
  texts.sort((a, b) => a.length - b.length);
  return Array.from({ length: texts.length / BATCH }, (_, i) => {
    const batch = texts.slice(i * BATCH, (i + 1) * BATCH);
    const length = Math.max(...batch.map((ids) => ids.length));
    const ids = new Int32Array(BATCH * length).fill(padId);
    for (const [row, text] of batch.entries()) ids.set(text, row * length);
    return new Tensor('int32', ids, [BATCH, length]);
  });
}

/** Milliseconds for all inputs. */
async function time(session: InferenceSession, inputs: readonly Tensor[]): Promise<number> {
  const started = performance.now();
  for (const input of inputs) await session.run({ input_ids: input });
  return performance.now() - started;
}

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/default' },
    kind: { type: 'string', default: 'gated' },
    experts: { type: 'string', default: '8' },
    'top-k': { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
  },
});
const bundle = await loadBundle(values.model);
const spec: ModelSpec = { ...bundle.spec, experts: null };
const { layers, intermediate, padId } = spec.encoder;
const dense = { spec, parameters: await bundle.parameters() };
const kind = values.kind === 'plain' ? 'plain' : 'gated';
const experts = {
  kind,
  layers: Array.from({ length: layers }, (_, i) => i),
  count: Number(values.experts),
  topK: Number(values['top-k']),
  width: kind === 'plain' ? intermediate : Math.round((2 * intermediate) / 3),
} as const;
const threads = Number(values.threads);
const mixture = await sessionOf(
  spread(withFfnExperts(dense, { ...experts, layers: [...experts.layers] }, 13)),
  threads,
);
const plain = await sessionOf(dense, threads);
const { json, config } = bundle.tokenizer;
const inputs = batches(loadTokeniser(json, config, spec.maxLength), padId);
await time(mixture, inputs);
await time(plain, inputs);
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  rounds.push({ ours: await time(mixture, inputs), peer: await time(plain, inputs) });
}
report({
  name: `${kind}-ffn`,
  rounds,
  unit: `ms for ${inputs.length * BATCH} texts`,
  against: 'the dense encoder',
});
