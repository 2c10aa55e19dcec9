import type { Query } from '../api.js';
import { whole } from '../format.js';
import { words } from '../languages/words.js';
import { useAnswer } from '../use-answer.js';
import { Empty } from './empty.js';
import { expertClass } from './experts.js';
import { Panel } from './panel.js';
import { LABELS, labelName } from './verdict.js';

const EVERY_MS = 10_000;

/** Mean weight of each expert, by domain and by label. */
export function ExpertUsage({ query }: { readonly query: Query }) {
  const say = words();
  const { answer } = useAnswer('experts', query, EVERY_MS);
  const groups = answer && [
    ...(['news', 'forum'] as const).map((domain) => [say[domain], answer.byDomain[domain]] as const),
    ...LABELS.map((label) => [labelName(label), answer.byLabel[label]] as const),
  ];
  const names = [...new Set(groups?.flatMap(([, weights]) => Object.keys(weights ?? {})))];
  return (
    <Panel class="usage" title={say.expertUsage} note={answer && say.expertNote(whole(answer.texts))}>
      {groups && names.length > 0 ? (
        <table>
          <thead>
            <tr>
              <th scope="col" aria-label={say.domain} />
              {names.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(
              ([group, weights]) =>
                weights && (
                  <tr key={group}>
                    <th scope="row">{group}</th>
                    {names.map((name, place) => (
                      <td key={name} class={`number ${expertClass(place)}`}>
                        <i class="bar" style={{ '--share': weights[name] ?? 0 }} />
                        <span>{(weights[name] ?? 0).toFixed(2)}</span>
                      </td>
                    ))}
                  </tr>
                ),
            )}
          </tbody>
        </table>
      ) : (
        <Empty>{say.nothingYet}</Empty>
      )}
    </Panel>
  );
}
