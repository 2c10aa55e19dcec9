import type { Pipeline } from '../../api/answers.js';
import { dateTime } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Scroll } from '../parts/scroll.js';
import { TableHead } from '../parts/table-head.js';
import { visibleText } from '../visible-text.js';

/** The last records that could not be scored, and why. */
export function Failures({ failures }: { readonly failures: Pipeline['recentFailures'] }) {
  const say = words();
  return (
    <Panel class="failures" title={say.failures}>
      {failures.length === 0 && <Empty>{say.noFailures}</Empty>}
      {failures.length > 0 && (
        <Scroll label={say.failures}>
          <table>
            <TableHead words={[say.time, say.code, say.source, say.message]} />
            <tbody>
              {failures.map(({ at, code, source, message }) => (
                <tr key={source}>
                  <td>
                    <time class="muted">{dateTime(at)}</time>
                  </td>
                  <td>
                    <code>{visibleText(code)}</code>
                  </td>
                  <td class="muted">{visibleText(source)}</td>
                  <td class="last">
                    <bdi>{visibleText(message)}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
