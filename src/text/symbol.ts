/** Prefixes of the six-digit codes in trade: shares, exchange-traded funds and, in Shenzhen and Shanghai, B shares. */
const EXCHANGES: readonly (readonly [string, RegExp])[] = [
  ['SH', /^(?:60[0135]|68[89]|51\d|56\d|58\d|900)/],
  ['SZ', /^(?:00[0-3]|30[0-2]|159|200)/],
  ['BJ', /^(?:43\d|8[378]\d|920)/],
];

/** Names of the exchanges as prefix or suffix of a code, in capitals. */
const ALIASES = new Map([
  ['SH', 'SH'],
  ['SS', 'SH'],
  ['SSE', 'SH'],
  ['XSHG', 'SH'],
  ['SZ', 'SZ'],
  ['SZSE', 'SZ'],
  ['XSHE', 'SZ'],
  ['BJ', 'BJ'],
  ['BSE', 'BJ'],
  ['XBSE', 'BJ'],
  ['HK', 'HK'],
  ['XHKG', 'HK'],
]);
/** Exchanges whose symbols are bare tickers. */
const AMERICAN = new Set(['US', 'O', 'N', 'NASDAQ', 'NYSE', 'AMEX', 'XNAS', 'XNYS']);

const SEPARATOR = /[.:|_ ]+/;
const PREFIXED = /^(SH|SZ|BJ|HK)(\d+)$/;
const TICKER = /^[A-Z]{1,5}(?:\.[AB])?$/;

/** The symbol of a code that stands alone. */
function alone(code: string): string | undefined {
  if (/^\d{5}$/.test(code)) return `HK${code}`;
  if (!/^\d{6}$/.test(code)) return TICKER.test(code) ? code : undefined;
  const exchange = EXCHANGES.find(([, prefix]) => prefix.test(code))?.[0];
  return exchange === undefined ? undefined : exchange + code;
}

/** The symbol of a code on a named exchange. */
function listed(name: string, code: string): string | undefined {
  if (AMERICAN.has(name)) return TICKER.test(code) ? code : undefined;
  const exchange = ALIASES.get(name);
  if (exchange === 'HK') return /^\d{4,5}$/.test(code) ? `HK${code.padStart(5, '0')}` : undefined;
  return exchange !== undefined && /^\d{6}$/.test(code) ? exchange + code : undefined;
}

/**
 * A stock symbol in its one form: `SH600519`, `SZ000001`, `BJ830799`, `HK00700`, `AAPL`. Reads the notations in use:
 * `600519`, `600519.SH`, `sh600519`, `600519.XSHG`, `00700`, `0700.HK`, `HK|00700`, `NASDAQ|TSLA`, `AAPL.US`, `AAPL`.
 * Undefined when it is none of them. A code without its exchange goes by its prefix: `000001` is SZ000001, a bank,
 * and not the index SH000001.
 */
export function canonicalSymbol(notation: string): string | undefined {
  const symbol = notation.normalize('NFKC').trim().toUpperCase();
  const [first = '', second, ...others] = symbol.replace(PREFIXED, '$1 $2').split(SEPARATOR);
  if (others.length > 0) return undefined;
  if (second === undefined) return alone(first);
  return listed(first, second) ?? listed(second, first) ?? alone(symbol);
}
