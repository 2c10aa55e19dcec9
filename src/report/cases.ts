import { argmax } from '../training/metrics.js';
import type { Model } from '../training/model.js';
import type { PredictOptions, RoutedPrediction } from '../training/predictions.js';
import { attributions, type TokenWeight, variantCount } from './attribution.js';
import type { Pieces } from './pieces.js';
import type { During } from './stages.js';
import type { ReportText } from './texts.js';

/** One text with all that the model says of it. */
export interface Case extends Pick<ReportText, 'id' | 'text' | 'domain' | 'truncated'> {
  /** Indices of the labels. */
  readonly label: number;
  readonly predicted: number;
  readonly probabilities: readonly number[];
  /** Weights of the experts; empty where none is chosen for the whole text. */
  readonly experts: readonly number[];
  readonly tokens: readonly TokenWeight[];
}

/** A text to show: one of the most confident of its kind, which is its true label and the one predicted. */
export interface Chosen {
  /** Index in the data. */
  readonly text: number;
  readonly label: number;
  readonly predicted: number;
}

const EACH = 2;
/** Kinds of wrong answers that are shown: the most frequent ones. */
const WRONG_KINDS = 6;

/** The most confident right answers of each label, then the most confident wrong ones of the most frequent kinds. */
export function chooseCases(predictions: readonly RoutedPrediction[], labels: number): Chosen[] {
  const kinds = new Map<number, Chosen[]>();
  predictions.forEach(({ label, probabilities }, text) => {
    const predicted = argmax(probabilities);
    const kind = label * labels + predicted;
    const cases = kinds.get(kind) ?? [];
    cases.push({ text, label, predicted });
    kinds.set(kind, cases);
  });
  const confidence = ({ text, predicted }: Chosen) => predictions[text]?.probabilities[predicted] ?? 0;
  const best = (cases: readonly Chosen[]) =>
    [...cases].sort((a, b) => confidence(b) - confidence(a) || a.text - b.text).slice(0, EACH);
  const all = [...kinds].sort(([a], [b]) => a - b).map(([, cases]) => cases);
  const isRight = ([first]: readonly Chosen[]) => first?.label === first?.predicted;
  const wrong = all.filter((cases) => !isRight(cases)).sort((a, b) => b.length - a.length);
  return [...all.filter(isRight), ...wrong.slice(0, WRONG_KINDS)].flatMap(best);
}

/** The chosen cases, with what each of their tokens did. */
export async function casesOf(
  model: Model,
  texts: readonly ReportText[],
  predictions: readonly RoutedPrediction[],
  pieces: Pieces,
  settings: PredictOptions,
  during: During,
): Promise<Case[]> {
  const chosen = chooseCases(predictions, model.spec.labels.length).flatMap(({ text: index, predicted }) => {
    const [text, prediction] = [texts[index], predictions[index]];
    return text === undefined || prediction === undefined ? [] : [{ text, prediction, predicted }];
  });
  const readings = variantCount(
    chosen.map(({ text }) => text),
    pieces,
  );
  const tokens = await during('tokens', readings, (onText) =>
    attributions(model, chosen, pieces, { ...settings, onText }),
  );
  return chosen.map(({ text, prediction, predicted }, i) => ({
    id: text.id,
    text: text.text,
    domain: text.domain,
    truncated: text.truncated,
    label: text.label,
    predicted,
    probabilities: prediction.probabilities,
    experts: prediction.experts,
    tokens: tokens[i] ?? [],
  }));
}
