import { html, type Markup } from './markup.js';
import { linear, type Range, ticks } from './scale.js';
import { px } from './text.js';

/** The part of a picture that data are drawn in. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Axis {
  readonly domain: Range;
  readonly title: string;
  readonly format: (value: number) => string;
  /** Where it is labelled; round numbers when left out. */
  readonly at?: readonly number[];
}

/** Places on a plot of two axes. */
export interface Places {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function placesOf({ left, top, width, height }: Plot, x: Axis, y: Axis): Places {
  return { x: linear(x.domain, [left, left + width]), y: linear(y.domain, [top + height, top]) };
}

/** Thin lines across at the ticks of y, the numbers of both axes, and their titles. */
export function axes(plot: Plot, x: Axis, y: Axis): Markup {
  const { left, top, width, height } = plot;
  const place = placesOf(plot, x, y);
  const bottom = top + height;
  const rows = (y.at ?? ticks(y.domain, 5)).map(
    (
      value,
    ) => html`<line class="line" stroke="currentColor" x1="${left}" x2="${left + width}" y1="${px(place.y(value))}" y2="${px(place.y(value))}"/>
<text class="muted" x="${left - 6}" y="${px(place.y(value) + 4)}" text-anchor="end">${y.format(value)}</text>`,
  );
  const columns = (x.at ?? ticks(x.domain, Math.max(2, Math.floor(width / 70)))).map(
    (value) =>
      html`<text class="muted" x="${px(place.x(value))}" y="${bottom + 17}" text-anchor="middle">${x.format(value)}</text>`,
  );
  return html`${rows}
<line class="muted" stroke="currentColor" x1="${left}" x2="${left + width}" y1="${bottom}" y2="${bottom}"/>
${columns}
<text class="muted" x="${left + width}" y="${bottom + 34}" text-anchor="end">${x.title}</text>
<text class="muted" x="0" y="${top - 10}">${y.title}</text>`;
}
