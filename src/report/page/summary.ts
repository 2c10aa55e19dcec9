import { html } from '../../figure/markup.js';
import { labelStyle } from '../../figure/palette.js';
import { percent } from '../../figure/text.js';
import type { EvaluationReport } from '../../training/evaluation.js';
import type { Report } from '../report.js';
import { mark, type Part, paragraph, table } from './parts.js';

export function summaryPart({ evaluation }: Report): Part {
  const { labels, routing } = evaluation;
  const tiles = [
    ['texts', evaluation.n.toLocaleString('en')],
    ['accuracy', percent(evaluation.accuracy)],
    ['macro-F1', percent(evaluation.macroF1)],
    ['weighted F1', percent(evaluation.weightedF1)],
    ['calibration error', percent(evaluation.ece)],
    ...(routing === undefined ? [] : [['sent home', percent(routing.accuracy)]]),
  ].map(([name, value]) => html`<div class="tile"><b>${value}</b><span>${name}</span></div>`);
  const domains: [string, EvaluationReport][] = [
    ...(Object.keys(evaluation.byDomain).length > 1 ? Object.entries(evaluation.byDomain) : []),
    ['all', evaluation],
  ];
  const scores = domains.map(([name, part]) => [
    name,
    part.n,
    ...[part.accuracy, part.macroPrecision, part.macroRecall, part.macroF1, part.weightedF1].map((x) =>
      percent(x),
    ),
  ]);
  const byLabel = labels.map((label, i) => [
    html`<span class="verdict">${mark(labelStyle(labels, i))}${label}</span>`,
    evaluation.support[label] ?? 0,
    ...[evaluation.precision, evaluation.recall, evaluation.f1].map((metric) => percent(metric[label] ?? 0)),
  ]);
  return {
    id: 'scores',
    title: 'Scores',
    lead: [
      paragraph(
        'Macro scores are means over the labels that occur, however rare; weighted ones count each label by its texts.',
      ),
      routing === undefined
        ? undefined
        : paragraph(
            '“Sent home” is the share of texts whose heaviest expert bears the name of their domain.',
          ),
    ],
    content: html`<div class="tiles">${tiles}</div>
${table(['', 'texts', 'accuracy', 'macro precision', 'macro recall', 'macro-F1', 'weighted F1'], scores)}
<h3>By label</h3>
${table(['', 'texts', 'precision', 'recall', 'F1'], byLabel)}`,
  };
}
