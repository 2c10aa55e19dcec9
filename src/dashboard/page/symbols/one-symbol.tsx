import { useSignal } from '@preact/signals';
import { WINDOWS } from '../../../flow/window.js';
import type { IndexRow } from '../../api/answers.js';
import { IndexPanel } from '../charts/index-panel.js';
import { useIndex } from '../charts/use-index.js';
import { whole, windowStart } from '../format.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { ExpertUsage } from '../parts/expert-usage.js';
import { Signed } from '../parts/signed.js';
import { Switch } from '../parts/switch.js';
import { indexWindow } from '../settings.js';
import { FoundTexts } from '../texts/found-texts.js';
import { useAnswer } from '../use-answer.js';
import { visibleText } from '../visible-text.js';

const EVERY_MS = 5_000;

/** One symbol: its index, and the texts behind each point of it. */
export function OneSymbol({ symbol }: { readonly symbol: string }) {
  const say = words();
  const window = indexWindow.value;
  const domain = useSignal<IndexRow['domain']>('all');
  const chosen = useSignal<number | undefined>(undefined);
  const { answer, failure } = useAnswer(`symbols/${symbol}`, {}, EVERY_MS);
  const rows = useIndex({ symbol, domain: domain.value, window });
  if (failure) return <Empty>{say.symbolUnknown(visibleText(symbol))}</Empty>;

  const name = visibleText(answer?.name ?? symbol);
  const start = chosen.value;
  const bounds = start === undefined ? {} : { from: start, to: start + WINDOWS[window] - 1 };
  const ofDomain = domain.value === 'all' ? '' : domain.value;
  return (
    <div class="one-symbol">
      <header class="title">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <span class="muted">{visibleText(symbol)}</span>
        {answer && <Signed value={answer.mean} digits={3} />}
        {answer && <span class="muted">{say.count(whole(answer.count))}</span>}
        <Switch
          label={say.domain}
          options={[
            ['all', say.all],
            ['news', say.news],
            ['forum', say.forum],
          ]}
          value={domain.value}
          onChange={(to) => {
            domain.value = to;
          }}
        />
      </header>
      <IndexPanel
        name={say.index}
        rows={rows}
        onChoose={(row) => {
          chosen.value = row.start;
        }}
        withWindows
      />
      <FoundTexts
        title={start === undefined ? say.newestTexts : say.behindPoint(windowStart(start, window))}
        query={{ symbol, domain: ofDomain, ...bounds }}
        tools={
          start !== undefined && (
            <button
              type="button"
              class="quiet"
              onClick={() => {
                chosen.value = undefined;
              }}
            >
              {say.backToNewest}
            </button>
          )
        }
      />
      <ExpertUsage query={{ symbol, ...bounds }} />
    </div>
  );
}
