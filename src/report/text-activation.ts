import type { RoutedPrediction } from '../training/predictions.js';
import { type Activation, ActivationCount } from './activation.js';
import type { Pieces } from './pieces.js';
import type { ReportText } from './texts.js';

/** How the router shares whole texts among the experts. */
export function textActivation(
  texts: readonly ReportText[],
  predictions: readonly RoutedPrediction[],
  experts: readonly string[],
  labels: readonly string[],
  pieces: Pieces,
): Activation {
  const count = new ActivationCount({ place: 'Router', unit: 'text', experts }, labels, pieces);
  texts.forEach((text, i) => {
    count.add(text, predictions[i]?.experts ?? []);
  });
  return count.result();
}
