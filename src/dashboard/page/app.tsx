import { useEffect } from 'preact/hooks';
import { words } from './languages/words.js';
import { follow } from './live.js';
import { route } from './location.js';
import { Market } from './market/market.js';
import { Models } from './models/models.js';
import { symbols } from './names.js';
import { Pipeline } from './pipeline/pipeline.js';
import type { Route } from './route.js';
import { indexWindow } from './settings.js';
import { OneSymbol } from './symbols/one-symbol.js';
import { Symbols } from './symbols/symbols.js';
import { Texts } from './texts/texts.js';
import { TopBar } from './top-bar.js';
import { useAnswer } from './use-answer.js';

const SYMBOLS_EVERY_MS = 5_000;

export function App() {
  const here = route.value;
  const symbol = here.page === 'symbol' ? here.symbol : '*';
  const window = indexWindow.value;
  useEffect(() => follow({ symbol, window }), [symbol, window]);

  const { answer } = useAnswer('symbols', { limit: 500 }, SYMBOLS_EVERY_MS);
  useEffect(() => {
    if (answer) symbols.value = answer.symbols;
  }, [answer]);

  const title = here.page === 'symbol' ? symbol : words()[here.page];
  useEffect(() => {
    document.title = `${title} · moodtape`;
  }, [title]);
  return (
    <>
      <TopBar />
      <main tabIndex={-1}>
        <Page at={here} />
      </main>
    </>
  );
}

function Page({ at }: { readonly at: Route }) {
  switch (at.page) {
    case 'market':
      return <Market />;
    case 'symbols':
      return <Symbols />;
    case 'symbol':
      return <OneSymbol key={at.symbol} symbol={at.symbol} />;
    case 'texts':
      return <Texts search={at.search} />;
    case 'models':
      return <Models />;
    case 'pipeline':
      return <Pipeline />;
  }
}
