import { type HeatCell, heatMap } from '../../figure/heat-map.js';
import { percent } from '../../figure/text.js';
import type { EvaluationReport } from '../../training/evaluation.js';
import type { Report } from '../report.js';
import { figure, figures, type Part, paragraph } from './parts.js';

export function confusionPart({ evaluation }: Report): Part {
  const domains = Object.entries(evaluation.byDomain);
  const parts: [string, EvaluationReport][] = [
    ['All texts', evaluation],
    ...(domains.length > 1 ? domains : []),
  ];
  const maps = parts.map(([name, part]) => ({ title: `${name} (${part.n})`, map: confusionMap(part) }));
  return {
    id: 'confusion',
    title: 'Confusion',
    lead: [
      paragraph('Each row is a true label, and shows as what its texts were read.'),
      paragraph(
        'Shares are of the row, so the framed diagonal is the recall; the small number counts texts.',
      ),
    ],
    content: figures(
      Math.max(...maps.map(({ map }) => map.width)),
      maps.map(({ title, map }) => figure(title, map)),
    ),
  };
}

function confusionMap({ confusion, labels }: EvaluationReport) {
  const cells = confusion.map((row, label): HeatCell[] => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      share: total === 0 ? 0 : count / total,
      text: total === 0 ? '–' : percent(count / total),
      note: String(count),
      framed: label === predicted,
    }));
  });
  return heatMap({ rowTitle: 'true', columnTitle: 'predicted', rows: labels, columns: labels, cells });
}
