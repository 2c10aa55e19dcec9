import { computed, signal } from '@preact/signals';
import type { SymbolRow } from '../api/answers.js';

/** The symbols with most texts, which the whole page shares. */
export const symbols = signal<readonly SymbolRow[]>([]);

const names = computed(() => new Map(symbols.value.map(({ symbol, name }) => [symbol, name])));

/** What people call a symbol; the symbol itself where nobody said. */
export const nameOf = (symbol: string): string => names.value.get(symbol) ?? symbol;

/** The symbol that a reader means by its code or by its name. */
export function symbolMeant(words: string): string | undefined {
  const code = words.trim().toUpperCase();
  return symbols.value.find(({ symbol, name }) => symbol === code || name === words.trim())?.symbol;
}
