import { reliabilityDiagram } from '../../figure/reliability-diagram.js';
import { percent } from '../../figure/text.js';
import type { Calibration } from '../calibration.js';
import type { Report } from '../report.js';
import { figure, figures, type Part, paragraph } from './parts.js';

/** Three fit side by side on a wide screen. */
const LEAST = 230;

const TITLES: Readonly<Record<Calibration['by'], string>> = {
  none: 'Without a temperature',
  model: 'As the model scores',
  fitted: 'Fitted on these texts',
};

export function calibrationPart({ calibrations }: Report): Part {
  return {
    id: 'calibration',
    title: 'Calibration',
    lead: [
      paragraph(
        'Texts are binned by confidence, the probability of the predicted label. On the dashed diagonal, of texts read with 80 % confidence 80 % are right; below it the model is too sure of itself.',
      ),
      paragraph(
        'Thin lines are 95 % intervals, the broad ones the gap. The expected calibration error (ECE) is the mean gap over the texts; NLL is the mean negative log-likelihood. Both are better when lower.',
      ),
      paragraph(
        'A temperature divides the logits and changes no decision. The last one was chosen on the same texts that it is shown on: it is the best that a temperature can do.',
      ),
    ],
    content: figures(
      LEAST,
      calibrations.map(({ by, temperature, ece, nll, bins }) =>
        figure(
          TITLES[by],
          reliabilityDiagram(bins),
          `T = ${temperature.toFixed(3)} · ECE ${percent(ece, 2)} · NLL ${nll.toFixed(4)}`,
        ),
      ),
    ),
  };
}
