import { html, type Markup } from './markup.js';
import type { Style } from './palette.js';
import type { Size } from './picture.js';
import { linear, type Range } from './scale.js';
import { px } from './text.js';

export type Point = readonly [x: number, y: number];

export interface Scatter extends Size {
  readonly x: Range;
  readonly y: Range;
  readonly groups: readonly { readonly points: readonly Point[]; readonly style: Style }[];
}

/** Points of several groups in a frame without numbers: for projections, whose axes mean nothing. */
export function scatter({ width, height, x, y, groups }: Scatter): Size & { content: Markup } {
  const across = linear(x, [8, width - 8]);
  const up = linear(y, [height - 8, 8]);
  const drawn = groups.map(({ points, style }) => {
    const marks = points.map(
      ([horizontal, vertical]) => `M${px(across(horizontal))} ${px(up(vertical))}${style.mark}`,
    );
    return html`<path class="${style.colour}" fill="currentColor" fill-opacity="0.5" d="${marks.join('')}"/>`;
  });
  const content = html`<rect class="line" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="4" fill="none" stroke="currentColor"/>
${drawn}`;
  return { width, height, content };
}
