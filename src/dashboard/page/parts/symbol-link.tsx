import { nameOf } from '../names.js';
import { hashOf } from '../route.js';
import { visibleText } from '../visible-text.js';

/** A symbol by its name, on the way to its page. */
export function SymbolLink({ symbol }: { readonly symbol: string }) {
  return (
    <a class="symbol" href={hashOf({ page: 'symbol', symbol })} title={visibleText(symbol)}>
      <bdi>{visibleText(nameOf(symbol))}</bdi>
    </a>
  );
}
