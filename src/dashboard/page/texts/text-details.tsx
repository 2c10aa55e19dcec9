import type { Text } from '../../api/answers.js';
import { dateTime, shortVersion } from '../format.js';
import { words } from '../languages/words.js';
import { expertClass } from '../parts/experts.js';
import { SymbolLink } from '../parts/symbol-link.js';
import { LABELS, labelKind, labelName } from '../parts/verdict.js';
import { visibleText } from '../visible-text.js';

/** What the model said about a text, and where the text came from. */
export function TextDetails({ text }: { readonly text: Text }) {
  const say = words();
  const { symbols, probabilities, experts, truncated, publishedAt, scoredAt, model, source } = text;
  return (
    <div class="details">
      <dl class="bars" aria-label={say.probabilities}>
        {LABELS.map((label, i) => (
          <Bar key={label} name={labelName(label)} kind={labelKind(label)} share={probabilities[i] ?? 0} />
        ))}
      </dl>
      <dl class="bars" aria-label={say.experts}>
        {Object.entries(experts).map(([name, weight], place) => (
          <Bar key={name} name={name} kind={expertClass(place)} share={weight} />
        ))}
      </dl>
      <dl class="facts">
        <Fact name={say.published}>{dateTime(publishedAt)}</Fact>
        <Fact name={say.scored}>{dateTime(scoredAt)}</Fact>
        <Fact name={say.version}>{shortVersion(model)}</Fact>
        <Fact name={say.source}>{visibleText(source)}</Fact>
      </dl>
      {symbols.length > 0 && (
        <p class="about">
          {symbols.map((symbol) => (
            <SymbolLink key={symbol} symbol={symbol} />
          ))}
        </p>
      )}
      {truncated && <p class="muted">{say.truncated}</p>}
    </div>
  );
}

function Bar({
  name,
  kind,
  share,
}: {
  readonly name: string;
  readonly kind: string;
  readonly share: number;
}) {
  return (
    <div class={kind}>
      <dt>{name}</dt>
      <dd>
        <i class="bar" style={{ '--share': share }} />
        <span>{share.toFixed(3)}</span>
      </dd>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
