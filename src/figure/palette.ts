/** Colours that people with any colour vision tell apart (after Okabe and Ito), on a light and on a dark ground. */
const COLOURS = [
  ['#0072b2', '#5ab4ea'],
  ['#9a6b00', '#e8b33c'],
  ['#a64d86', '#e39ac6'],
  ['#4b5bb8', '#9aa8f0'],
  ['#c84b00', '#f58a4e'],
  ['#008a64', '#35c397'],
  ['#7a3b2e', '#d0907f'],
  ['#656c75', '#a3aab3'],
] as const;

/** Class of the colour for what is amiss. */
export const RED = 'c4';
const GREEN = 'c5';
const GREY = 'c7';

/** What lines and grounds of a figure look like: [property, light, dark]. */
const GROUNDS = [
  ['ink', '#1d1f22', '#e9e6df'],
  ['muted', '#5c626a', '#a0a6ae'],
  ['line', '#d9d4c9', '#33383f'],
] as const;

/** Dashes of lines beside their colours. */
export const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '4 2', '12 4', '1 4', '6 2 1 2'] as const;

/** Shapes about a point, as what follows `M x y` in a path; each about 6 pixels wide. */
const MARKS = {
  circle: 'm-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  up: 'm0-3.6l3.4 6.2h-6.8z',
  down: 'm0 3.6l3.4-6.2h-6.8z',
  square: 'm-2.7-2.7h5.4v5.4h-5.4z',
  diamond: 'm0-3.8l3.4 3.8l-3.4 3.8l-3.4-3.8z',
  bar: 'm-1.3-3.6h2.6v7.2h-2.6z',
} as const;

const CYCLE = [MARKS.circle, MARKS.square, MARKS.diamond, MARKS.up, MARKS.down, MARKS.bar];

/** How a kind of thing is told from the others, by colour and by shape. */
export interface Style {
  /** Class that sets `color`. */
  readonly colour: string;
  readonly mark: string;
  readonly dash: string;
}

export function styleOf(index: number): Style {
  return {
    colour: `c${index % COLOURS.length}`,
    mark: CYCLE[index % CYCLE.length] ?? MARKS.circle,
    dash: DASHES[index % DASHES.length] ?? 'none',
  };
}

/** Chinese markets show rises in red and falls in green. */
const MARKET: ReadonlyMap<string, Style> = new Map([
  ['利好', { colour: RED, mark: MARKS.up, dash: 'none' }],
  ['中性', { colour: GREY, mark: MARKS.circle, dash: '2 3' }],
  ['利空', { colour: GREEN, mark: MARKS.down, dash: '7 3' }],
]);

/** True of label sets that are shown in the colours of Chinese markets. */
export const isMarket = (labels: readonly string[]): boolean => labels.every((label) => MARKET.has(label));

export function labelStyle(labels: readonly string[], label: number): Style {
  const market = isMarket(labels) ? MARKET.get(labels[label] ?? '') : undefined;
  return market ?? styleOf(label);
}

const rules = (dark: 0 | 1): string =>
  COLOURS.map((pair, i) => `.c${i}{color:${pair[dark]}}`).join('') +
  GROUNDS.map(([name, ...pair]) => `.${name}{color:${pair[dark]}}`).join('');

/** Style sheet of all figures: for a page, or within a picture that stands alone. */
export const FIGURE_STYLE = `
.figure{font:12px "Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}
.figure text{fill:currentColor}.figure .strong{font-weight:600}.figure .small{font-size:10.5px}
${rules(0)}
@media (prefers-color-scheme:dark){${rules(1)}}
`;
