import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Text } from '../../api/answers.js';
import { signed, whole } from '../format.js';
import { words } from '../languages/words.js';
import { onText } from '../live.js';
import { labelName } from '../parts/verdict.js';
import { visibleText } from '../visible-text.js';

/** Milliseconds between two announcements. */
const PACE_MS = 15_000;

/** Tells a screen reader now and then what has come, as a person would: how many texts, and the newest. */
export function Announcer() {
  const announcement = useSignal('');
  useEffect(() => {
    let count = 0;
    let newest: Text | undefined;
    const stop = onText((text) => {
      count += 1;
      newest = text;
    });
    const timer = setInterval(() => {
      if (newest === undefined) return;
      const said = `${labelName(newest.label)} ${signed(newest.score)}: ${visibleText(newest.text)}`;
      announcement.value = words().arrivals(whole(count), said);
      count = 0;
      newest = undefined;
    }, PACE_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  return (
    <p class="unseen" aria-live="polite">
      {announcement}
    </p>
  );
}
