/** Where the reader is: a hash that can be kept as a bookmark. */
export type Route =
  | { readonly page: 'market' | 'symbols' | 'models' | 'pipeline' }
  | { readonly page: 'symbol'; readonly symbol: string }
  | { readonly page: 'texts'; readonly search: TextSearch };

/** What to look for among the texts; an empty field is no condition. */
export interface TextSearch {
  readonly q: string;
  readonly symbol: string;
  readonly domain: string;
  readonly label: string;
  /** Dates as YYYY-MM-DD, both inclusive. */
  readonly from: string;
  readonly to: string;
}

export const ANY_TEXT: TextSearch = { q: '', symbol: '', domain: '', label: '', from: '', to: '' };

/** What the API takes for a symbol. */
const SYMBOL = /^[\w.-]{1,32}$/;

/** The route of a hash; what is unknown leads to the market. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page, symbol = ''] = path.split('/');
  switch (page) {
    case 'symbols':
      return SYMBOL.test(symbol) ? { page: 'symbol', symbol } : { page };
    case 'texts':
      return { page, search: searchOf(new URLSearchParams(query)) };
    case 'models':
    case 'pipeline':
      return { page };
    default:
      return { page: 'market' };
  }
}

/** The hash of a route. */
export function hashOf(route: Route): string {
  switch (route.page) {
    case 'symbol':
      return `#/symbols/${encodeURIComponent(route.symbol)}`;
    case 'texts': {
      const query = new URLSearchParams(Object.entries(route.search).filter(([, value]) => value !== ''));
      return query.size === 0 ? '#/texts' : `#/texts?${query}`;
    }
    default:
      return `#/${route.page}`;
  }
}

function searchOf(query: URLSearchParams): TextSearch {
  const field = (name: keyof TextSearch) => query.get(name) ?? '';
  return {
    q: field('q'),
    symbol: field('symbol'),
    domain: field('domain'),
    label: field('label'),
    from: field('from'),
    to: field('to'),
  };
}
