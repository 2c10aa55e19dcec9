import { lineChart, type Series } from '../figure/line-chart.js';
import { html } from '../figure/markup.js';
import { standalone } from '../figure/picture.js';
import type { Evaluation } from './fit.js';

const WIDTH = 640;
const HEAD = 30;

/** Loss and valid scores over the steps, as an SVG picture. */
export function curvesSvg(title: string, history: readonly Evaluation[]): string {
  const last = Math.max(1, ...history.map(({ step }) => step));
  const top = Math.max(1, ...history.map(({ loss }) => loss));
  const curve = (name: string, share: (evaluation: Evaluation) => number): Series => ({
    name,
    points: history.map((evaluation) => [evaluation.step, share(evaluation)]),
  });
  const chart = lineChart({
    width: WIDTH,
    x: { domain: [0, last], title: 'step', format: String },
    y: { domain: [0, 1], title: '', format: String },
    series: [
      curve(`loss (of ${top.toFixed(2)})`, ({ loss }) => loss / top),
      curve('valid accuracy', ({ metrics }) => metrics.accuracy),
      curve('valid macro-F1', ({ metrics }) => metrics.macroF1),
    ],
  });
  const content = html`<text class="ink strong" x="10" y="22">${title}</text><g transform="translate(0 ${HEAD})">${chart.content}</g>`;
  return `${standalone({ width: WIDTH, height: chart.height + HEAD }, title, content)}\n`;
}
