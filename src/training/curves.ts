import type { Evaluation } from './fit.js';

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = 48;

/** Loss and valid scores over the steps, as an SVG picture. */
export function curvesSvg(title: string, history: readonly Evaluation[]): string {
  const last = Math.max(1, ...history.map(({ step }) => step));
  const top = Math.max(1, ...history.map(({ loss }) => loss));
  const x = (step: number) => MARGIN + ((WIDTH - 2 * MARGIN) * step) / last;
  const y = (share: number) => HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share;
  const curve = (name: string, colour: string, row: number, share: (evaluation: Evaluation) => number) => {
    const points = history.map(
      (evaluation) => `${x(evaluation.step).toFixed(1)},${y(share(evaluation)).toFixed(1)}`,
    );
    const label = `<text x="${WIDTH - MARGIN + 4}" y="${MARGIN + 16 * row}" fill="${colour}" text-anchor="end">${name}</text>`;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`;
  };
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>` +
      `<text x="${MARGIN - 6}" y="${y(share) + 4}" text-anchor="end">${share}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${MARGIN}" y="24" font-size="14">${title}</text>
${grid.join('\n')}
<text x="${WIDTH - MARGIN}" y="${HEIGHT - MARGIN + 18}" text-anchor="end">step ${last}</text>
${curve(`loss (of ${top.toFixed(2)})`, '#c2410c', 0, ({ loss }) => loss / top)}
${curve('valid accuracy', '#1d4ed8', 1, ({ metrics }) => metrics.accuracy)}
${curve('valid macro-F1', '#15803d', 2, ({ metrics }) => metrics.macroF1)}
</svg>
`;
}
