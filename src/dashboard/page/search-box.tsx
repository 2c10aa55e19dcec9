import { useRef } from 'preact/hooks';
import { words } from './languages/words.js';
import { go } from './location.js';
import { symbolMeant, symbols } from './names.js';
import { ANY_TEXT } from './route.js';
import { visibleText } from './visible-text.js';

/** Finds a symbol by its code or its name; other words are looked for in the texts. */
export function SearchBox() {
  const say = words();
  const input = useRef<HTMLInputElement>(null);
  const find = () => {
    const q = input.current?.value.trim() ?? '';
    if (q === '') return;
    const symbol = symbolMeant(q);
    go(symbol === undefined ? { page: 'texts', search: { ...ANY_TEXT, q } } : { page: 'symbol', symbol });
    if (input.current) input.current.value = '';
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: Safari does not know <search> yet
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        find();
      }}
    >
      <input
        ref={input}
        type="search"
        list="symbols"
        maxLength={200}
        placeholder={say.search}
        aria-label={say.search}
        aria-keyshortcuts="/"
        title={say.searchHint}
      />
      <datalist id="symbols">
        {symbols.value.map(({ symbol, name }) => (
          <option key={symbol} value={visibleText(name ?? symbol)}>
            {visibleText(symbol)}
          </option>
        ))}
      </datalist>
    </form>
  );
}
