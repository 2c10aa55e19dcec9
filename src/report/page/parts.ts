import { type Content, html, type Markup } from '../../figure/markup.js';
import { labelStyle, type Style } from '../../figure/palette.js';
import { picture, type Size } from '../../figure/picture.js';

/** A part of the page: what it is and how to read it on one side, the figures on the other. */
export interface Part {
  readonly id: string;
  readonly title: string;
  readonly lead: Content;
  readonly content: Content;
}

export function partMarkup({ id, title, lead, content }: Part): Markup {
  return html`<section id="${id}"><div class="lead"><h2>${title}</h2>${lead}</div><div>${content}</div></section>
`;
}

export const paragraph = (...content: Content[]): Markup => html`<p>${content}</p>`;

/** A drawing with its title above and what it says below. */
export function figure(title: string, drawing: Size & { content: Markup }, caption?: Content): Markup {
  return html`<figure><h3>${title}</h3><div class="scroll">${picture(drawing, title, drawing.content)}</div>${
    caption === undefined ? undefined : html`<figcaption>${caption}</figcaption>`
  }</figure>`;
}

/** Drawings side by side, as many in a row as there is room for at `least` pixels each. */
export const figures = (least: number, ...drawn: readonly Content[]): Markup =>
  html`<div class="figures" style="--least:${Math.ceil(least)}px">${drawn}</div>`;

/** A small mark in its colour and shape. */
export function mark({ colour, mark: shape }: Style): Markup {
  return html`<svg class="${colour}" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path fill="currentColor" d="M6 6${shape}"/></svg>`;
}

export function legend(entries: readonly { readonly name: string; readonly style: Style }[]): Markup {
  return html`<ul class="legend">${entries.map(({ name, style }) => html`<li>${mark(style)}${name}</li>`)}</ul>`;
}

export const labelLegend = (labels: readonly string[]): Markup =>
  legend(labels.map((name, i) => ({ name, style: labelStyle(labels, i) })));

/** A table whose first column, and those named in `texts`, are texts; the others are numbers. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Content[])[],
  texts: readonly number[] = [],
): Markup {
  const kind = (column: number) => (texts.includes(column) ? html` class="text"` : undefined);
  return html`<div class="scroll"><table><thead><tr>${head.map(
    (title, i) => html`<th scope="col"${kind(i)}>${title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, i) => html`<td${kind(i)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
