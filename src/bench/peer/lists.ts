import type { Row } from '../benchmark.js';
import { rate } from '../rate.js';

/** A pipeline of transformers.js: the texts of one call are one batch, padded to the longest of them. */
export type Classify = (texts: string[]) => Promise<unknown>;

/** Lengths of lists that are tried, and texts that they are tried on. */
const SIZES = [1, 8, 16, 32, 64, 128];
const TRIED = 512;

/** Classifies all texts, in their order, so many a call. */
export async function inLists(classify: Classify, texts: readonly string[], size: number): Promise<void> {
  for (let start = 0; start < texts.length; start += size) await classify(texts.slice(start, start + size));
}

/** The length of the lists that are classified the fastest, and how fast all were that were tried. */
export async function bestList(
  name: string,
  classify: Classify,
  texts: readonly string[],
): Promise<{ size: number; rows: Row[] }> {
  const some = texts.slice(0, TRIED);
  const rows: Row[] = [];
  let [size, fastest] = [1, 0];
  for (const tried of SIZES) {
    const textsPerSecond = await rate(some.length, () => inLists(classify, some, tried));
    rows.push({ peer: name, textsACall: tried, textsPerSecond: Math.round(textsPerSecond) });
    if (textsPerSecond > fastest) [size, fastest] = [tried, textsPerSecond];
  }
  return { size, rows };
}
