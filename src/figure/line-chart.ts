import { type Axis, axes, type Plot, placesOf } from './axes.js';
import { html, type Markup } from './markup.js';
import { type Style, styleOf } from './palette.js';
import type { Size } from './picture.js';
import { fitted, px } from './text.js';

export interface Series {
  /** Undefined for a line that looks as the one named before it. */
  readonly name: string | undefined;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Single marks without a line between them. */
  readonly loose?: boolean;
  readonly style?: Style;
}

export interface LineChart {
  readonly width: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const MARGIN = { left: 48, right: 18, top: 26, bottom: 42 };
const HEIGHT = 190;
const LEGEND = 18;

/** Lines over a common axis, told apart by colour, dash and mark, with their names under the plot. */
export function lineChart(chart: LineChart): Size & { content: Markup } {
  const { width, series, x, y } = chart;
  const plot: Plot = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: width - MARGIN.left - MARGIN.right,
    height: HEIGHT,
  };
  const place = placesOf(plot, x, y);
  const under = MARGIN.top + HEIGHT + MARGIN.bottom;
  const named = series.map((one, i) => ({ style: styleOf(i), ...one }));
  const curves = named.map(({ points, style, loose }) => {
    const at = points.map(([across, up]) => `${px(place.x(across))} ${px(place.y(up))}`);
    // A long line needs no marks, and would be hidden under them.
    const marks = loose || at.length <= 12 ? at : at.slice(-1);
    return html`<g class="${style.colour}">${
      loose
        ? undefined
        : html`<polyline fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" stroke-dasharray="${style.dash}" points="${at.join(' ')}"/>`
    }<path fill="currentColor" fill-opacity="${loose ? 0.55 : 1}" d="${marks.map((point) => `M${point}${style.mark}`).join('')}"/></g>`;
  });
  const told = named.flatMap(({ name, ...one }) => (name === undefined ? [] : [{ ...one, name }]));
  const legend = told.map(({ name, style, loose }, i) => {
    const middle = under + LEGEND * i;
    return html`<g class="${style.colour}">${
      loose
        ? undefined
        : html`<path stroke="currentColor" stroke-width="1.8" stroke-dasharray="${style.dash}" d="M${plot.left} ${middle}h28"/>`
    }<path fill="currentColor" d="M${plot.left + 14} ${middle}${style.mark}"/></g><text class="ink" x="${plot.left + 36}" y="${middle + 4}">${fitted(name, plot.width - 36)}</text>`;
  });
  const content = html`${axes(plot, x, y)}
${curves}
${legend}`;
  return { width, height: under + LEGEND * told.length, content };
}
