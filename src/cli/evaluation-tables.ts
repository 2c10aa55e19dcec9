import type { EvaluationReport, FullReport } from '../training/evaluation.js';
import { table } from './output.js';

/** The report of an evaluation as tables: all and by domain, by label, and the confusion. */
export function reportTables(report: FullReport): string {
  const parts: [string, EvaluationReport][] = [['all', report], ...Object.entries(report.byDomain)];
  const rows = parts.map(([name, part]) => [
    name,
    part.n,
    ...[part.accuracy, part.macroPrecision, part.macroRecall, part.macroF1, part.weightedF1, part.ece].map(
      percent,
    ),
    part.routing === undefined ? '–' : percent(part.routing.accuracy),
  ]);
  const head = [
    '',
    'texts',
    'accuracy',
    'macro P',
    'macro R',
    'macro F1',
    'weighted F1',
    'ECE',
    'routed home',
  ];
  const byLabel = report.labels.map((label) => [
    label,
    report.support[label] ?? 0,
    ...[report.precision, report.recall, report.f1].map((metric) => percent(metric[label] ?? 0)),
  ]);
  const confusion = report.confusion.map((row, i) => [report.labels[i] ?? '', ...row]);
  return [
    table(head, rows),
    table(['label', 'texts', 'precision', 'recall', 'F1'], byLabel),
    table(['true \\ said', ...report.labels], confusion),
  ].join('\n\n');
}

const percent = (share: number) => (100 * share).toFixed(2);
