import { type Content, html, Markup } from './markup.js';
import { FIGURE_STYLE } from './palette.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An SVG element that is drawn somewhat smaller or larger where there is room; `title` tells who cannot see it. */
export function picture({ width, height }: Size, title: string, content: Content): Markup {
  const bounds = `min-width:${Math.round(0.8 * width)}px;max-width:${Math.round(1.25 * width)}px`;
  return html`<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" style="width:100%;${bounds}" role="img" aria-label="${title}">
${content}
</svg>`;
}

/** A picture as a file of its own, with its styles and a ground that follows the reader's light or dark. */
export function standalone(size: Size, title: string, content: Content): Markup {
  const ground = '.ground{fill:#fff}@media (prefers-color-scheme:dark){.ground{fill:#15181b}}';
  const style = html`<style>${Markup.trusted(FIGURE_STYLE + ground)}</style>`;
  return picture(size, title, [style, html`<rect class="ground" width="100%" height="100%"/>`, content]);
}
