const BINS = 15;

/** What a classifier says of one text, and what is true. */
export interface Prediction {
  readonly label: number;
  /** By label; they sum to 1. Empty when the classifier gave no label: the text counts as wrong. */
  readonly probabilities: readonly number[];
}

export interface LabelMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Texts that truly have this label. */
  readonly support: number;
}

export interface Metrics {
  readonly n: number;
  readonly accuracy: number;
  readonly macroPrecision: number;
  readonly macroRecall: number;
  /** Mean of the F1 scores of the labels that occur. */
  readonly macroF1: number;
  readonly weightedPrecision: number;
  readonly weightedRecall: number;
  readonly weightedF1: number;
  readonly byLabel: readonly LabelMetrics[];
  /** confusion[true][predicted]; a text without a predicted label is in no column. */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error over 15 bins of equal width (Guo et al. 2017). */
  readonly ece: number;
}

/** Index of the largest; −1 when there is none. */
export function argmax(values: readonly number[]): number {
  return values.reduce(
    (best, value, i) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? i : best),
    -1,
  );
}

export function metricsOf(predictions: readonly Prediction[], labels: number): Metrics {
  const confusion = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  for (const { label, probabilities } of predictions) {
    const row = confusion[label];
    const predicted = argmax(probabilities);
    if (row !== undefined && predicted >= 0) row[predicted] = (row[predicted] ?? 0) + 1;
  }
  const byLabel = confusion.map((row, label) => {
    const support = predictions.filter((prediction) => prediction.label === label).length;
    return labelMetrics(confusion, row, label, support);
  });
  const n = predictions.length;
  const present = byLabel.filter(({ support }) => support > 0);
  const macro = (of: (m: LabelMetrics) => number) => ratio(sum(present.map(of)), present.length);
  const weighted = (of: (m: LabelMetrics) => number) => ratio(sum(byLabel.map((m) => of(m) * m.support)), n);
  return {
    n,
    accuracy: ratio(sum(confusion.map((row, label) => row[label] ?? 0)), n),
    macroPrecision: macro((m) => m.precision),
    macroRecall: macro((m) => m.recall),
    macroF1: macro((m) => m.f1),
    weightedPrecision: weighted((m) => m.precision),
    weightedRecall: weighted((m) => m.recall),
    weightedF1: weighted((m) => m.f1),
    byLabel,
    confusion,
    ece: expectedCalibrationError(reliabilityBins(predictions)),
  };
}

function labelMetrics(
  confusion: readonly number[][],
  row: readonly number[],
  label: number,
  support: number,
): LabelMetrics {
  const hits = row[label] ?? 0;
  const predicted = sum(confusion.map((other) => other[label] ?? 0));
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predicted),
    support,
  };
}

/** Texts whose confidence, the probability of the predicted label, lies in one stretch. */
export interface ReliabilityBin {
  readonly n: number;
  /** Mean confidence of the texts; 0 when there is none. */
  readonly confidence: number;
  /** Share of the texts whose predicted label is right. */
  readonly accuracy: number;
}

/** Bins of equal width over the confidences from 0 to 1; an upper end belongs to the bin above. */
export function reliabilityBins(predictions: readonly Prediction[], bins = BINS): ReliabilityBin[] {
  const counts = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (const { label, probabilities } of predictions) {
    const predicted = argmax(probabilities);
    const confidence = probabilities[predicted] ?? 0;
    const count = counts[Math.min(bins - 1, Math.floor(confidence * bins))];
    if (count === undefined) continue;
    count.n++;
    count.confidence += confidence;
    if (predicted === label) count.right++;
  }
  return counts.map(({ n, confidence, right }) => ({
    n,
    confidence: ratio(confidence, n),
    accuracy: ratio(right, n),
  }));
}

/** Mean distance of accuracy from confidence, over the texts. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const gaps = bins.map(({ n, confidence, accuracy }) => n * Math.abs(accuracy - confidence));
  return ratio(sum(gaps), sum(bins.map(({ n }) => n)));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
