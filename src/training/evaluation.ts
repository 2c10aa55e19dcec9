import type { Example } from './dataset.js';
import { argmax, type Metrics, metricsOf } from './metrics.js';
import type { RoutedPrediction } from './predictions.js';

/** How often the router sends a domain's texts to each expert. */
export interface RoutingMetrics {
  /** Share of the texts whose most likely expert bears the name of their domain. */
  readonly accuracy: number;
  /** Mean weight of each expert. */
  readonly meanWeights: Readonly<Record<string, number>>;
}

/** The same key for machines and tables: what `evaluate --json` prints. */
export interface EvaluationReport extends Omit<Metrics, 'byLabel'> {
  readonly precision: Readonly<Record<string, number>>;
  readonly recall: Readonly<Record<string, number>>;
  readonly f1: Readonly<Record<string, number>>;
  readonly support: Readonly<Record<string, number>>;
  readonly labels: readonly string[];
  readonly routing: RoutingMetrics | undefined;
}

export interface FullReport extends EvaluationReport {
  readonly byDomain: Readonly<Record<string, EvaluationReport>>;
}

/** What the report asks of a text: where it is from. */
type Homed = Pick<Example, 'domain'>;

export function evaluationReport(
  texts: readonly Homed[],
  predictions: readonly RoutedPrediction[],
  labels: readonly string[],
  experts: readonly string[],
): FullReport {
  const domains = [...new Set(texts.map(({ domain }) => domain))].sort();
  const report = (keep: (text: Homed) => boolean) => {
    const kept = texts.flatMap((text, i) => {
      const prediction = predictions[i];
      return prediction !== undefined && keep(text) ? [{ text, prediction }] : [];
    });
    return reportOf(kept, labels, experts);
  };
  return {
    ...report(() => true),
    byDomain: Object.fromEntries(
      domains.map((domain) => [domain || 'unknown', report((text) => text.domain === domain)]),
    ),
  };
}

type Pair = { readonly text: Homed; readonly prediction: RoutedPrediction };

function reportOf(
  pairs: readonly Pair[],
  labels: readonly string[],
  experts: readonly string[],
): EvaluationReport {
  const { byLabel, ...metrics } = metricsOf(
    pairs.map(({ prediction }) => prediction),
    labels.length,
  );
  const named = (of: (label: Metrics['byLabel'][number]) => number) =>
    Object.fromEntries(labels.map((label, i) => [label, valueAt(byLabel, i, of)]));
  return {
    ...metrics,
    labels,
    precision: named((m) => m.precision),
    recall: named((m) => m.recall),
    f1: named((m) => m.f1),
    support: named((m) => m.support),
    routing: experts.length === 0 ? undefined : routingOf(pairs, experts),
  };
}

function valueAt<T>(items: readonly T[], i: number, of: (item: T) => number): number {
  const item = items[i];
  return item === undefined ? 0 : of(item);
}

function routingOf(pairs: readonly Pair[], experts: readonly string[]): RoutingMetrics {
  const right = pairs.filter(({ text, prediction }) => experts[argmax(prediction.experts)] === text.domain);
  const mean = (e: number) =>
    pairs.reduce((sum, { prediction }) => sum + (prediction.experts[e] ?? 0), 0) / pairs.length;
  return {
    accuracy: right.length / pairs.length,
    meanWeights: Object.fromEntries(experts.map((name, e) => [name, mean(e)])),
  };
}
