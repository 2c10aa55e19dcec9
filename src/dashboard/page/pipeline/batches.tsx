import type { Pipeline } from '../../api/answers.js';
import { whole } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';

/** How many texts the model reads at once. */
export function Batches({ batches }: { readonly batches: Pipeline['batches'] }) {
  const say = words();
  const most = Math.max(1, ...batches.map(({ count }) => count));
  return (
    <Panel class="batches" title={say.batches} note={say.batchesNote}>
      {batches.length === 0 && <Empty>{say.nothingYet}</Empty>}
      <table>
        <thead class="unseen">
          <tr>
            <th scope="col">{say.batchSize}</th>
            <th scope="col">{say.batchCount}</th>
          </tr>
        </thead>
        <tbody>
          {batches.map(({ texts, count }, i) => (
            <tr key={texts}>
              <th scope="row" class="number">
                {sizes(batches[i - 1]?.texts ?? 0, texts)}
              </th>
              <td>
                <i class="bar" style={{ '--share': count / most }} />
              </td>
              <td class="number">{whole(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** The sizes above one bound up to another: `1`, `3–4`. */
const sizes = (above: number, upTo: number): string =>
  upTo === above + 1 ? `${upTo}` : `${above + 1}–${upTo}`;
