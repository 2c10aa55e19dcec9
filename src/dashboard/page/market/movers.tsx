import type { Mover } from '../../api/answers.js';
import { signed, whole, windowStart } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Scroll } from '../parts/scroll.js';
import { Signed } from '../parts/signed.js';
import { SymbolLink } from '../parts/symbol-link.js';
import { TableHead } from '../parts/table-head.js';
import { useAnswer } from '../use-answer.js';

const EVERY_MS = 5_000;

/** Symbols whose mean has changed most since the window before. */
export function Movers({ window }: { readonly window: string }) {
  const say = words();
  const { answer } = useAnswer('movers', { window, limit: 20 }, EVERY_MS);
  const at = answer?.at ? `${windowStart(answer.at, window)} · ${say.moversNote}` : say.moversNote;
  const none = answer && answer.risers.length + answer.fallers.length === 0;
  return (
    <Panel class="movers" title={say.movers} note={at}>
      {none && <Empty>{say.noMovers}</Empty>}
      {answer && !none && (
        <div class="sides">
          {answer.risers.length > 0 && <Side title={say.risers} movers={answer.risers} />}
          {answer.fallers.length > 0 && <Side title={say.fallers} movers={answer.fallers} />}
        </div>
      )}
    </Panel>
  );
}

function Side({ title, movers }: { readonly title: string; readonly movers: readonly Mover[] }) {
  const say = words();
  return (
    <Scroll label={title}>
      <table>
        <TableHead words={[title]} numbers={[say.change, say.mean, say.textCount]} />
        <tbody>
          {movers.map(({ symbol, before, mean, change, count }) => (
            <tr key={symbol}>
              <th scope="row">
                <SymbolLink symbol={symbol} />
              </th>
              <td class="number">
                <Signed value={change} />
              </td>
              <td class="number" title={`${signed(before)} → ${signed(mean)}`}>
                {signed(mean)}
              </td>
              <td class="number muted">{whole(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
