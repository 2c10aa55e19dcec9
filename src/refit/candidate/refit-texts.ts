import type { LabelledText } from '../../codec/label.js';
import { normalisedExamples } from '../../training/corpus.js';
import type { Example } from '../../training/dataset.js';
import { derive, shuffle } from '../../training/random.js';
import { keyOf } from '../labels/text-identity.js';

/** Texts that a refit may learn from: normalised, each once with its last label, and none that it is judged on. */
export function learnableTexts(texts: readonly Example[], judgedOn: readonly Example[]): Example[] {
  const judged = new Set(judgedOn.map(({ text }) => text));
  const byText = new Map(normalisedExamples(texts).map((example) => [example.text, example]));
  return [...byText.values()].filter(({ text }) => !judged.has(text));
}

/** So many of the texts at random, or all where there are no more; the same for the same purpose. */
export function drawn(texts: readonly Example[], count: number, ...purpose: (string | number)[]): Example[] {
  return shuffle([...texts], derive(0, ...purpose)).slice(0, count);
}

/** Takes a share of the texts, one at least, out of those to learn from; the same text falls on the same side in most refits. */
export function splitValid(texts: readonly Example[], share: number): { train: Example[]; valid: Example[] } {
  const byHash = texts.map((example) => ({ example, hash: keyOf(example.text) }));
  byHash.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const count = Math.ceil(texts.length * share);
  const valid = new Set(byHash.slice(0, count).map(({ example }) => example));
  return { train: texts.filter((example) => !valid.has(example)), valid: [...valid] };
}

/** Labels of the stream as training takes them; `names` are those of the model, in its order. */
export function labelledExamples(labels: readonly LabelledText[], names: readonly string[]): Example[] {
  return labels.map(({ id, text, domain, label, annotator = '' }) => {
    return { id, text, domain, label: names.indexOf(label), source: annotator };
  });
}
