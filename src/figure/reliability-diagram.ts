import { axes, type Plot, placesOf } from './axes.js';
import { html, type Markup } from './markup.js';
import { RED } from './palette.js';
import type { Size } from './picture.js';
import { percent, px } from './text.js';

/** Texts of like confidence. */
export interface DiagramBin {
  readonly n: number;
  readonly confidence: number;
  readonly accuracy: number;
  /** Where the true accuracy lies with 95 % confidence. */
  readonly interval: readonly [low: number, high: number];
}

const PLOT: Plot = { left: 44, top: 26, width: 174, height: 174 };
const COUNTS = { top: PLOT.top + PLOT.height + 46, height: 34 };
const SIZE = { width: PLOT.left + PLOT.width + 18, height: COUNTS.top + COUNTS.height + 6 };

/** Accuracy over confidence, with whiskers and the gap to the diagonal, and how many texts each bin has. */
export function reliabilityDiagram(bins: readonly DiagramBin[]): Size & { content: Markup } {
  const format = (share: number) => percent(share, 0);
  const at = [0, 0.5, 1];
  const x = { domain: [0, 1], title: 'confidence', format, at } as const;
  const y = { domain: [0, 1], title: 'accuracy', format, at } as const;
  const place = placesOf(PLOT, x, y);
  const full = bins.filter(({ n }) => n > 0);
  const largest = Math.max(1, ...full.map(({ n }) => n));
  const width = PLOT.width / Math.max(1, bins.length) - 2;
  const marks = full.map(({ confidence, accuracy, interval: [low, high] }) => {
    const middle = px(place.x(confidence));
    return html`<line class="${RED}" stroke="currentColor" stroke-width="5" stroke-opacity="0.35" x1="${middle}" x2="${middle}" y1="${px(place.y(confidence))}" y2="${px(place.y(accuracy))}"/>
<line class="c0" stroke="currentColor" x1="${middle}" x2="${middle}" y1="${px(place.y(low))}" y2="${px(place.y(high))}"/>
<circle class="c0" fill="currentColor" cx="${middle}" cy="${px(place.y(accuracy))}" r="4"/>`;
  });
  const counts = bins.map(({ n }, i) => {
    const height = (COUNTS.height * n) / largest;
    const left = place.x(i / bins.length) + 1;
    return html`<rect class="muted" fill="currentColor" fill-opacity="0.5" x="${px(left)}" y="${px(COUNTS.top + COUNTS.height - height)}" width="${px(width)}" height="${px(height)}"/>`;
  });
  const content = html`${axes(PLOT, x, y)}
<line class="muted" stroke="currentColor" stroke-dasharray="4 3" x1="${place.x(0)}" x2="${place.x(1)}" y1="${place.y(0)}" y2="${place.y(1)}"/>
${marks}
<text class="muted" x="0" y="${COUNTS.top - 6}">texts</text>
${counts}
<text class="muted small" x="${PLOT.left - 6}" y="${COUNTS.top + 8}" text-anchor="end">${largest}</text>`;
  return { ...SIZE, content };
}
