import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Text } from '../../api/answers.js';
import { whole } from '../format.js';
import { words } from '../languages/words.js';
import { onText } from '../live.js';
import { withArrivals } from '../newest.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { perFrame } from '../per-frame.js';
import { useSnapshot } from '../use-answer.js';
import { Announcer } from './announcer.js';
import { TextRow } from './text-row.js';

/** Rows that the tape keeps. */
const MOST = 100;
/** Milliseconds between two movements of the tape. */
const PACE_MS = 400;

/** Texts as they are scored, newest first. It stands still while somebody reads in it, and says how many have come since. */
export function Tape() {
  const say = words();
  const shown = useSignal<readonly Text[]>([]);
  const waiting = useSignal<readonly Text[]>([]);
  const reading = useSignal(false);
  const list = useRef<HTMLOListElement>(null);
  const { answer } = useSnapshot('texts', { limit: MOST });

  useEffect(() => {
    if (answer) shown.value = withArrivals(answer.texts, shown.value.toReversed(), MOST);
  }, [answer]);
  const take = useMemo(
    () =>
      perFrame<Text>({ most: MOST, pauseMs: PACE_MS }, (arrived) => {
        if (reading.value) waiting.value = [...waiting.value, ...arrived].slice(-MOST);
        else shown.value = withArrivals(shown.value, arrived, MOST);
      }),
    [],
  );
  useEffect(() => onText(take), [take]);

  const read = (isReading: boolean) => {
    reading.value = isReading;
    if (!isReading) moveOn();
  };
  const moveOn = () => {
    shown.value = withArrivals(shown.value, waiting.value, MOST);
    waiting.value = [];
    list.current?.scrollTo({ top: 0 });
  };
  const isIn = () =>
    list.current?.matches(':hover, :focus-within') === true || (list.current?.scrollTop ?? 0) > 0;
  const look = () => read(isIn());
  // Between two rows the focus is nowhere.
  const lookSoon = () => setTimeout(look);
  return (
    <Panel class="tape" title={say.tape} tools={<Newer count={waiting.value.length} onClick={moveOn} />}>
      <ol
        ref={list}
        class="texts"
        aria-label={say.tape}
        onMouseEnter={look}
        onMouseLeave={look}
        onFocusCapture={look}
        onBlurCapture={lookSoon}
        onScroll={look}
      >
        {shown.value.map((text) => (
          <TextRow key={text.source} text={text} />
        ))}
      </ol>
      {shown.value.length === 0 && <Empty>{say.nothingYet}</Empty>}
      <Announcer />
    </Panel>
  );
}

function Newer({ count, onClick }: { readonly count: number; readonly onClick: () => void }) {
  if (count === 0) return <kbd>{words().tapeKeys}</kbd>;
  return (
    <button type="button" class="quiet" onClick={onClick}>
      {words().held(whole(count))}
    </button>
  );
}
