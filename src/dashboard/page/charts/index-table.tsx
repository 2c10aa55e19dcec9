import type { IndexRow } from '../../api/answers.js';
import { whole, windowStart } from '../format.js';
import { words } from '../languages/words.js';
import { Scroll } from '../parts/scroll.js';
import { Signed } from '../parts/signed.js';
import { TableHead } from '../parts/table-head.js';

/** What a chart of the index shows, in numbers; newest first. */
export function IndexTable({ name, rows }: { readonly name: string; readonly rows: readonly IndexRow[] }) {
  const say = words();
  return (
    <Scroll label={say.indexOf(name)}>
      <table>
        <TableHead
          words={[say.time]}
          numbers={[say.mean, say.textCount, say.bearish, say.neutral, say.bullish]}
        />
        <tbody>
          {rows.toReversed().map(({ start, window, mean, count, bearish, neutral, bullish }) => (
            <tr key={start}>
              <th scope="row">{windowStart(start, window)}</th>
              <td class="number">
                <Signed value={mean} />
              </td>
              <td class="number">{whole(count)}</td>
              <td class="number">{whole(bearish)}</td>
              <td class="number">{whole(neutral)}</td>
              <td class="number">{whole(bullish)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
