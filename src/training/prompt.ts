import { stacked } from '../model/matrix.js';
import type { Parameter } from '../model/parameters.js';
import { type OpenedBundle, openedAs } from './bundle.js';
import { withPromptTokens } from './prompt-tokens.js';
import { derive } from './random.js';
import { WORDS } from './word-gradient.js';

/**
 * The vectors of P-tuning are the words of as many new tokens, which the tokenizer puts between the first special token
 * and every text. So network, graph and bundle are ordinary ones. They begin as words of the vocabulary, drawn with the
 * seed (Lester et al. 2021, § 3.2).
 */
export function withPrompt({ bundle, model }: OpenedBundle, tokens: number, seed: number): OpenedBundle {
  const { encoder } = model.spec;
  const ids = Array.from({ length: tokens }, (_, i) => encoder.vocabulary + i);
  const parameters = new Map(
    [...model.parameters].map(([name, parameter]): [string, Parameter] => [
      name,
      name === WORDS ? stacked(parameter, drawnRows(parameter, tokens, seed)) : parameter,
    ]),
  );
  const { json, config } = bundle.tokenizer;
  const tokenizer = { json: withPromptTokens(json, ids), config };
  const spec = { ...model.spec, encoder: { ...encoder, vocabulary: encoder.vocabulary + tokens } };
  return openedAs({ ...bundle, tokenizer }, { spec, parameters });
}

function drawnRows({ shape, data }: Parameter, count: number, seed: number): Parameter {
  const [height = 0, width = 0] = shape;
  const next = derive(seed, 'prompt');
  const rows = Array.from({ length: count }, () => {
    const start = Math.floor(next() * height) * width;
    return { shape: [1, width], data: data.subarray(start, start + width) };
  });
  return stacked(...rows);
}
