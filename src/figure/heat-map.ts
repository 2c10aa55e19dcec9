import { html, type Markup } from './markup.js';
import type { Size } from './picture.js';
import { fitted, TEXT, textWidth } from './text.js';

export interface HeatCell {
  /** How dark it is, from 0 to 1. */
  readonly share: number;
  readonly text: string;
  /** Smaller, under the text. */
  readonly note?: string;
  /** Framed, as the cells of a diagonal. */
  readonly framed?: boolean;
}

export interface HeatMap {
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly HeatCell[])[];
  /** Class of the colour that darkens the cells. */
  readonly colour?: string;
}

const CELL = { least: 58, most: 110, height: 46, gap: 2 };
const HEAD = 44;
const WIDEST_ROW_NAME = 150;
/** Darker cells would hide their text, which is of one colour in all cells. */
const DARKEST = 0.6;

/** A matrix of cells that are the darker the larger their share, with its numbers in them. */
export function heatMap(map: HeatMap): Size & { content: Markup } {
  const { rows, columns, cells, colour = 'c0' } = map;
  const widest = (names: readonly string[]) => Math.max(...names.map((name) => textWidth(name)));
  const left = Math.min(WIDEST_ROW_NAME, Math.max(widest(rows), textWidth(map.rowTitle))) + 10;
  const cell = Math.min(CELL.most, Math.max(CELL.least, widest(columns) + 10));
  const middle = (column: number) => left + (column + 0.5) * (cell + CELL.gap);
  const top = (row: number) => HEAD + row * (CELL.height + CELL.gap);
  const heads = columns.map(
    (name, i) =>
      html`<text class="ink" x="${middle(i)}" y="${HEAD - 8}" text-anchor="middle">${fitted(name, cell)}</text>`,
  );
  const lines = rows.map(
    (
      name,
      row,
    ) => html`<text class="ink" x="${left - 8}" y="${top(row) + CELL.height / 2 + 4}" text-anchor="end">${fitted(name, left - 10)}</text>
${(cells[row] ?? []).map((one, column) => drawn(one, middle(column), top(row), cell, colour))}`,
  );
  const content = html`<text class="muted" x="${left}" y="${HEAD - 28}">${map.columnTitle}</text>
<text class="muted" x="${left - 8}" y="${HEAD - 8}" text-anchor="end">${fitted(map.rowTitle, left - 10)}</text>
${heads}
${lines}`;
  return { width: left + columns.length * (cell + CELL.gap), height: top(rows.length), content };
}

function drawn(cell: HeatCell, middle: number, top: number, width: number, colour: string): Markup {
  const { share, text, note, framed } = cell;
  const frame = framed ? html` stroke="currentColor" stroke-width="1.5"` : undefined;
  const baseline = top + CELL.height / 2 + (note === undefined ? TEXT / 3 : -2);
  return html`<rect class="${colour}" x="${middle - width / 2}" y="${top}" width="${width}" height="${CELL.height}" rx="3" fill="currentColor" fill-opacity="${(0.04 + (DARKEST - 0.04) * share).toFixed(3)}"${frame}/>
<text class="ink strong" x="${middle}" y="${baseline}" text-anchor="middle">${text}</text>${
    note === undefined
      ? undefined
      : html`<text class="ink small" x="${middle}" y="${baseline + 15}" text-anchor="middle">${note}</text>`
  }`;
}
