import { useSignal } from '@preact/signals';
import type { SymbolRow } from '../../api/answers.js';
import { clock, whole } from '../format.js';
import { words } from '../languages/words.js';
import { symbols } from '../names.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Scroll } from '../parts/scroll.js';
import { directionOf, Signed } from '../parts/signed.js';
import { SymbolLink } from '../parts/symbol-link.js';
import { Verdict } from '../parts/verdict.js';
import { visibleText } from '../visible-text.js';

type Order = 'textCount' | 'mean';

const DESCENDING: Record<Order, (a: SymbolRow, b: SymbolRow) => number> = {
  textCount: (a, b) => b.count - a.count,
  mean: (a, b) => b.mean - a.mean,
};

/** Every symbol, by its texts or by its mean. */
export function Symbols() {
  const say = words();
  const order = useSignal<Order>('textCount');
  const descending = useSignal(true);
  const sorted = symbols.value.toSorted(DESCENDING[order.value]);
  const rows = descending.value ? sorted : sorted.toReversed();
  const sortBy = (by: Order) => {
    descending.value = by !== order.value || !descending.value;
    order.value = by;
  };
  const heading = (by: Order) => (
    <th
      scope="col"
      class="number"
      aria-sort={order.value !== by ? 'none' : descending.value ? 'descending' : 'ascending'}
    >
      <button type="button" class="quiet" onClick={() => sortBy(by)}>
        {say[by]}
      </button>
    </th>
  );
  return (
    <Panel class="page" title={say.symbols} note={whole(rows.length)}>
      {rows.length === 0 && <Empty>{say.nothingYet}</Empty>}
      {rows.length > 0 && (
        <Scroll label={say.symbols}>
          <table class="wide">
            <thead>
              <tr>
                <th scope="col">{say.name}</th>
                <th scope="col" class="code">
                  {say.symbol}
                </th>
                {heading('textCount')}
                {heading('mean')}
                <th scope="col">{say.lastText}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.symbol} row={row} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function Row({ row: { symbol, count, mean, last } }: { readonly row: SymbolRow }) {
  return (
    <tr>
      <th scope="row">
        <SymbolLink symbol={symbol} />
      </th>
      <td class="code muted">{visibleText(symbol)}</td>
      <td class="number">{whole(count)}</td>
      <td class="number">
        <Lean mean={mean} />
        <Signed value={mean} />
      </td>
      <td class="last">
        <time class="muted">{clock(last.publishedAt)}</time> <Verdict label={last.label} />{' '}
        <bdi>{visibleText(last.text)}</bdi>
      </td>
    </tr>
  );
}

/** A mean as a bar to the right or to the left of zero. */
function Lean({ mean }: { readonly mean: number }) {
  return (
    <span class="lean">
      <i class={directionOf(mean)} style={{ '--share': Math.abs(mean) }} />
    </span>
  );
}
