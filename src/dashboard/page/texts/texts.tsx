import type { Query } from '../api.js';
import { dayBounds } from '../format.js';
import { words } from '../languages/words.js';
import { go } from '../location.js';
import { labelName } from '../parts/verdict.js';
import { ANY_TEXT, type TextSearch } from '../route.js';
import { FoundTexts } from './found-texts.js';

/** Search among all scored texts. The search is in the address, so it can be kept and shared. */
export function Texts({ search }: { readonly search: TextSearch }) {
  const say = words();
  const set = (change: Partial<TextSearch>) => go({ page: 'texts', search: { ...search, ...change } });
  const line = (name: 'q' | 'symbol', label: string) => (
    <label>
      {label}
      <input
        type="search"
        maxLength={200}
        value={search[name]}
        onChange={({ currentTarget }) => set({ [name]: currentTarget.value.trim() })}
      />
    </label>
  );
  const day = (name: 'from' | 'to', label: string) => (
    <label>
      {label}
      <input
        type="date"
        value={search[name]}
        onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
      />
    </label>
  );
  const choice = (name: keyof TextSearch, label: string, options: readonly (readonly [string, string])[]) => (
    <label>
      {label}
      <select value={search[name]} onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}>
        <option value="">{say.any}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="search-texts">
      {/* biome-ignore lint/a11y/useSemanticElements: Safari does not know <search> yet */}
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        {line('q', say.words)}
        {line('symbol', say.symbol)}
        {choice('domain', say.domain, [
          ['news', say.news],
          ['forum', say.forum],
        ])}
        {choice(
          'label',
          say.label,
          (['利好', '中性', '利空'] as const).map((label) => [label, labelName(label)]),
        )}
        {day('from', say.from)}
        {day('to', say.to)}
        <button type="button" class="quiet" onClick={() => set(ANY_TEXT)}>
          {say.reset}
        </button>
      </form>
      <FoundTexts title={say.texts} query={queryOf(search)} />
    </div>
  );
}

function queryOf({ from, to, ...search }: TextSearch): Query {
  return { ...search, from: dayBounds(from)?.first, to: dayBounds(to)?.last };
}
