import { akshareNews } from './akshare-news.js';
import { clsTelegraph } from './cls-telegraph.js';
import { eastmoneyGuba } from './eastmoney-guba.js';
import { finnf } from './finnf.js';
import { moodtape } from './moodtape.js';
import type { Shape } from './shape.js';
import { usual } from './usual.js';

/** The known shapes; the first one that fits is taken. */
const SHAPES: readonly Shape[] = [moodtape, clsTelegraph, eastmoneyGuba, akshareNews, finnf];

/** The shape of a file with these columns. */
export function shapeOf(columns: readonly string[]): Shape {
  const present = new Set(columns);
  const fits = ({ knownBy }: Shape) => knownBy.some((names) => names.every((name) => present.has(name)));
  return SHAPES.find(fits) ?? usual;
}
