import type { Pipeline } from '../../api/answers.js';
import { whole } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Scroll } from '../parts/scroll.js';
import { TableHead } from '../parts/table-head.js';

/** How far each consumer group is behind, partition by partition. */
export function Lag({ rows }: { readonly rows: Pipeline['lag'] }) {
  const say = words();
  const total = rows.reduce((sum, { committed, end }) => sum + end - committed, 0);
  return (
    <Panel class="lag" title={say.lag} note={`${whole(total)} · ${say.lagNote}`}>
      {rows.length === 0 && <Empty>{say.nothingYet}</Empty>}
      <Scroll label={say.lag}>
        <table>
          <TableHead
            words={[say.group, say.topic]}
            numbers={[say.partition, say.committed, say.end, say.lag]}
          />
          <tbody>
            {rows.map(({ group, topic, partition, committed, end }) => (
              <tr key={`${group} ${topic} ${partition}`}>
                <th scope="row">{group}</th>
                <td>{topic}</td>
                <td class="number">{partition}</td>
                <td class="number muted">{whole(committed)}</td>
                <td class="number muted">{whole(end)}</td>
                <td class="number">{whole(end - committed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}
