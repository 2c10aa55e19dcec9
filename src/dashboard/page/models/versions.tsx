import type { ModelVersion } from '../../api/answers.js';
import { dateTime, percent, shortVersion, whole } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { Scroll } from '../parts/scroll.js';
import { visibleText } from '../visible-text.js';

export function Versions({ versions }: { readonly versions: readonly ModelVersion[] }) {
  const say = words();
  return (
    <Panel class="versions" title={say.versions} note={whole(versions.length)}>
      {versions.length === 0 && <Empty>{say.noRegistry}</Empty>}
      {versions.length > 0 && (
        <Scroll label={say.versions}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say.version}</th>
                <th scope="col">{say.name}</th>
                <th scope="col">{say.role}</th>
                <th scope="col" class="number">
                  {say.share}
                </th>
                <th scope="col">{say.registered}</th>
                <th scope="col">{say.decision}</th>
              </tr>
            </thead>
            <tbody>
              {versions.map(({ version, model, aliases, share, registeredAt, decision }) => (
                <tr key={version}>
                  <th scope="row">
                    <code title={version}>{shortVersion(version)}</code>
                  </th>
                  <td>{visibleText(model)}</td>
                  <td>
                    {aliases.map((alias) => (
                      <span key={alias} class={`alias ${alias}`}>
                        {aliasName(alias)}
                      </span>
                    ))}
                  </td>
                  <td class="number">{share === null ? '' : percent(share)}</td>
                  <td>
                    <time>{dateTime(registeredAt)}</time>
                  </td>
                  <td>{decision && say.event[decision.event]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function aliasName(alias: string): string {
  const { liveModel: live, previousModel: previous, canary, shadow } = words();
  return new Map(Object.entries({ live, previous, canary, shadow })).get(alias) ?? alias;
}
