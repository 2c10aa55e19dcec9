import { words } from './languages/words.js';
import { route } from './location.js';
import { ConnectionState } from './parts/connection-state.js';
import { Preferences } from './preferences.js';
import { ANY_TEXT, hashOf, type Route } from './route.js';
import { SearchBox } from './search-box.js';

type Tab = 'market' | 'symbols' | 'texts' | 'models' | 'pipeline';

const TABS: readonly (readonly [Tab, Route])[] = [
  ['market', { page: 'market' }],
  ['symbols', { page: 'symbols' }],
  ['texts', { page: 'texts', search: ANY_TEXT }],
  ['models', { page: 'models' }],
  ['pipeline', { page: 'pipeline' }],
];

/** What every page has above it. */
export function TopBar() {
  const say = words();
  const { page } = route.value;
  const here = page === 'symbol' ? 'symbols' : page;
  return (
    <header class="top-bar">
      <a class="brand" href="#/market">
        moodtape
      </a>
      <nav aria-label={say.pages}>
        {TABS.map(([tab, to]) => (
          <a key={tab} href={hashOf(to)} aria-current={tab === here ? 'page' : undefined}>
            {say[tab]}
          </a>
        ))}
      </nav>
      <SearchBox />
      <ConnectionState />
      <Preferences />
    </header>
  );
}
