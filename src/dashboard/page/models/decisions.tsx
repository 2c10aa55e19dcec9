import type { ModelEventAnswer } from '../../api/answers.js';
import { dateTime, percent, shortVersion } from '../format.js';
import { words } from '../languages/words.js';
import { Panel } from '../parts/panel.js';
import { visibleText } from '../visible-text.js';

/** What was decided about models and what it rested on, newest first. */
export function Decisions({ events }: { readonly events: readonly ModelEventAnswer[] }) {
  return (
    <Panel class="decisions" title={words().decisions}>
      <ol>
        {events.map((event) => (
          <Decision key={event.seq} event={event} />
        ))}
      </ol>
    </Panel>
  );
}

function Decision({ event }: { readonly event: ModelEventAnswer }) {
  const { at, version, share, reason, metrics } = event;
  return (
    <li>
      <time class="muted">{dateTime(at)}</time>
      <span class={`event ${event.event}`}>{words().event[event.event]}</span>
      <code title={version}>{shortVersion(version)}</code>
      {share !== null && <span>{percent(share)}</span>}
      {reason && (
        <p>
          <bdi>{visibleText(reason)}</bdi>
        </p>
      )}
      <dl class="facts">
        {Object.entries(metrics).map(([name, value]) => (
          <div key={name}>
            <dt>{visibleText(name)}</dt>
            <dd>{Number.isInteger(value) ? value : value.toPrecision(4)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
