import { symbolsOf } from '../text/symbols.js';

/** Numbers as they are written, with their decimals and thousands. */
const NUMBER = /\d+(?:[.,]\d+)*/g;

/** True when both texts have the same numbers and stock symbols, in whatever order: rewording must not invent any. */
export function sameFacts(text: string, other: string): boolean {
  return factsOf(text) === factsOf(other);
}

function factsOf(written: string): string {
  const text = written.normalize('NFKC');
  const numbers = text.match(NUMBER) ?? [];
  return [...numbers, ...symbolsOf([], text)].sort().join(' ');
}
