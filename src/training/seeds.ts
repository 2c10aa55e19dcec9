import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationReport, FullReport } from './evaluation.js';

/** The folder of one seed's model among those of the others. */
export const seedFolder = (dir: string, seed: number): string => join(dir, `seed-${seed}`);

/** Where a seed starts from: its own model where the phase before was trained with seeds, else the one for all. */
export function startOfSeed(dir: string, seed: number): string {
  const own = seedFolder(dir, seed);
  return existsSync(own) ? own : dir;
}

/** A number over several seeds. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; 0 for one seed. */
  readonly deviation: number;
  /** In the order of the seeds. */
  readonly values: readonly number[];
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)), values };
}

export const SPREAD_METRICS = ['accuracy', 'macroF1', 'weightedF1', 'ece'] as const;

/** What the models of several seeds reach on the same texts. */
export interface ReportSpread extends Readonly<Record<(typeof SPREAD_METRICS)[number], Spread>> {
  readonly n: number;
  /** By label. */
  readonly recall: Readonly<Record<string, Spread>>;
}

export interface FullSpread extends ReportSpread {
  readonly byDomain: Readonly<Record<string, ReportSpread>>;
}

/** @param reports one a seed, on the same texts */
export function spreadOfReports(reports: readonly FullReport[]): FullSpread {
  const domains = Object.keys(reports[0]?.byDomain ?? {});
  return {
    ...spreadOfEach(reports),
    byDomain: Object.fromEntries(
      domains.map((domain) => [
        domain,
        spreadOfEach(reports.flatMap(({ byDomain }) => byDomain[domain] ?? [])),
      ]),
    ),
  };
}

function spreadOfEach(reports: readonly EvaluationReport[]): ReportSpread {
  const over = (of: (report: EvaluationReport) => number) => spreadOf(reports.map(of));
  const labels = reports[0]?.labels ?? [];
  return {
    n: reports[0]?.n ?? 0,
    accuracy: over((report) => report.accuracy),
    macroF1: over((report) => report.macroF1),
    weightedF1: over((report) => report.weightedF1),
    ece: over((report) => report.ece),
    recall: Object.fromEntries(labels.map((label) => [label, over((report) => report.recall[label] ?? 0)])),
  };
}
