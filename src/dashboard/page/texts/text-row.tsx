import { useSignal } from '@preact/signals';
import { memo } from 'preact/compat';
import type { Text } from '../../api/answers.js';
import { clock, dateTime, percent } from '../format.js';
import { words } from '../languages/words.js';
import { Experts } from '../parts/experts.js';
import { Signed } from '../parts/signed.js';
import { SymbolLink } from '../parts/symbol-link.js';
import { Verdict } from '../parts/verdict.js';
import { visibleText } from '../visible-text.js';
import { TextDetails } from './text-details.js';

/** Symbols that a row has room for. */
const MOST_SYMBOLS = 3;

/** One scored text in a line or two; all that is known of it when it is opened. */
export const TextRow = memo(function TextRow({ text }: { readonly text: Text }) {
  const say = words();
  const open = useSignal(false);
  const { publishedAt, domain, label, score, confidence, symbols, experts } = text;
  return (
    <li class="text">
      <time dateTime={new Date(publishedAt).toISOString()} title={dateTime(publishedAt)}>
        {clock(publishedAt)}
      </time>
      <span class={`domain ${domain}`}>{say[domain]}</span>
      <Verdict label={label} />
      <Signed value={score} />
      <span class="confidence" title={say.confidence}>
        {percent(confidence)}
      </span>
      <span class="about">
        {symbols.slice(0, MOST_SYMBOLS).map((symbol) => (
          <SymbolLink key={symbol} symbol={symbol} />
        ))}
        {symbols.length > MOST_SYMBOLS && <span class="muted">+{symbols.length - MOST_SYMBOLS}</span>}
      </span>
      <Experts weights={experts} />
      <button
        type="button"
        class="words"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <bdi>{visibleText(text.text)}</bdi>
      </button>
      {open.value && <TextDetails text={text} />}
    </li>
  );
});
