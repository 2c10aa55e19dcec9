import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { rate } from '../format.js';
import { words } from '../languages/words.js';
import { connection, onText } from '../live.js';

/** Seconds that the rate is counted over. */
const OVER_S = 5;

/** Whether the page is live, and how many texts a second come. */
export function ConnectionState() {
  const say = words();
  const perSecond = useSignal<number | undefined>(undefined);
  useEffect(() => {
    let count = 0;
    const stop = onText(() => {
      count += 1;
    });
    const timer = setInterval(() => {
      perSecond.value = count / OVER_S;
      count = 0;
    }, OVER_S * 1_000);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, []);
  const state = connection.value;
  return (
    <div class={`connection ${state}`}>
      <span role="status">{say[state]}</span>
      <span class="muted">
        {state === 'live' && perSecond.value !== undefined && say.perSecond(rate(perSecond.value))}
      </span>
    </div>
  );
}
