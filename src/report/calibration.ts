import { fitTemperature, negativeLogLikelihood, tempered } from '../training/calibration.js';
import {
  expectedCalibrationError,
  type Prediction,
  type ReliabilityBin,
  reliabilityBins,
} from '../training/metrics.js';

/** How far confidence is from accuracy at one temperature. */
export interface Calibration {
  /** Where the temperature comes from: none (1), the model's own, or fitted on these very texts. */
  readonly by: 'none' | 'model' | 'fitted';
  readonly temperature: number;
  readonly ece: number;
  /** Mean negative log-likelihood of the true labels, in nats. */
  readonly nll: number;
  readonly bins: readonly CalibrationBin[];
}

export interface CalibrationBin extends ReliabilityBin {
  /** 95 % interval of the accuracy (Wilson 1927). */
  readonly interval: readonly [low: number, high: number];
}

/** Calibration without a temperature, at the model's own, at which it predicted, and at the best for these texts. */
export function calibrations(predictions: readonly Prediction[], own: number): Calibration[] {
  const at = (by: Calibration['by'], temperature: number): Calibration => {
    const changed = temperature === own ? predictions : tempered(predictions, temperature / own);
    const bins = reliabilityBins(changed);
    return {
      by,
      temperature,
      ece: expectedCalibrationError(bins),
      nll: negativeLogLikelihood(changed, 1),
      bins: bins.map((bin) => ({ ...bin, interval: wilson(bin.accuracy, bin.n) })),
    };
  };
  const fitted = at('fitted', own * fitTemperature(predictions));
  return own === 1 ? [at('none', 1), fitted] : [at('none', 1), at('model', own), fitted];
}

const Z = 1.959964;

function wilson(share: number, n: number): [number, number] {
  if (n === 0) return [0, 1];
  const centre = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
