import { loadBackend } from '../../src/training/backend.js';
import { gradients, type Objective, type TrainingText } from '../../src/training/gradient.js';
import { WORDS } from '../../src/training/word-gradient.js';
import { mixedSpec, randomParameters, tinySpec, twoExperts } from './tiny-model.js';

// Sends the gradients of tiny models of each kind, on the backend that its argument names.

const texts: TrainingText[] = [
  { ids: Int32Array.of(1, 5, 7, 5, 2), target: [0.9, 0.05, 0.05], expert: 0 },
  { ids: Int32Array.of(1, 9, 2), target: [0.05, 0.05, 0.9], expert: 1 },
  { ids: Int32Array.of(1, 11, 12, 2), target: [0.1, 0.8, 0.1], expert: 1 },
].map((text, i) => ({ ...text, weight: 0.5 + i / 2, hidden: undefined }));

const byExpert: Objective = { gamma: 0, routing: 'expert', loadBalance: 0.3 };
const byRouter: Objective = { gamma: 2, routing: 'router', loadBalance: 0.3 };
const CASES = {
  dense: [tinySpec(null), byExpert],
  'focal loss': [tinySpec(null), { ...byExpert, gamma: 2 }],
  'router below': [tinySpec(twoExperts(0)), byRouter],
  'router between': [tinySpec(twoExperts(1)), byRouter],
  'router above': [tinySpec(twoExperts('final')), byRouter],
  'gated feed-forward experts': [mixedSpec({ topK: 1 }, null), byExpert],
  'plain feed-forward experts': [mixedSpec({ kind: 'plain', topK: 2 }, null), byExpert],
  'both kinds of experts': [mixedSpec({ topK: 2 }, twoExperts(1)), byRouter],
} as const;

/** By case and parameter; those of the word table are the rows of the words that the texts have. */
export type SentGradients = ReadonlyMap<string, ReadonlyMap<string, Float32Array>>;

const [name] = process.argv.slice(2);
if (name !== 'wasm' && name !== 'tfjs-node') throw new RangeError(`no backend ${name}`);
await loadBackend(name);
const sent: SentGradients = new Map(
  Object.entries(CASES).map(([name, [spec, objective]]) => {
    const parameters = randomParameters(spec, 8);
    const learns = new Set(parameters.keys());
    const { loss, byName, words } = gradients(
      spec,
      parameters,
      learns,
      new Map(),
      texts,
      0,
      objective,
      (x) => x,
    );
    const ofWords = words?.gradient ?? new Float32Array();
    return [name, new Map([...byName, [WORDS, ofWords], ['loss', Float32Array.of(loss)]])];
  }),
);
process.send?.(sent);
