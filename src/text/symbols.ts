import { StockNames } from './stock-names.js';
import { canonicalSymbol } from './symbol.js';

/** `$贵州茅台(SH600519)$`, `$永泰能源 sh600157$`, `$腾讯控股(HK|00700)$`, `$AAPL$`. */
const CASHTAG = String.raw`\$([^$]{1,40})\$`;
/** `SH600519`, `sh 600519`. */
const PREFIXED = String.raw`(?<![A-Za-z0-9])(?:SH|SZ|BJ|HK)[.: ]?\d{5,6}(?![\dA-Za-z])`;
/** `600519.SH`, `0700.HK`, `600519.XSHG`. */
const SUFFIXED = String.raw`(?<![\dA-Za-z.])\d{4,6}\.(?:SH|SS|SZ|BJ|HK|XSHG|XSHE)(?![\dA-Za-z])`;
/** What an amount is counted in, and words that only begin like it: 年 is a unit, and 年报 a report. */
const UNIT =
  '(?:[元万亿千百股手张份户人家个次条点吨桶台辆套美港欧日年月分秒倍名只件单克米]|平[方米]|立方|公[斤里顷升]|英[里尺寸镑亩])';
const NO_UNIT = '(?:股[价票东民友]|分[红析]|年[报度线])';
/** Six digits that stand alone: not part of a number, an amount or a word. */
const BARE = String.raw`(?<![\dA-Za-z$¥€#_@%~+]|\d[.:\-])\d{6}(?![\dA-Za-z%_~]|[.:\-]\d| ?(?!${NO_UNIT})${UNIT})`;
const MENTION = new RegExp(`${CASHTAG}|${PREFIXED}|${SUFFIXED}|${BARE}`, 'gi');

const NO_NAMES = new StockNames();

/**
 * The symbols that a text is about, in their canonical form, in order of appearance, each once: what the record itself
 * says, in any notation; else the codes, cashtags and listed names in the text. American tickers count only as cashtags.
 */
export function symbolsOf(own: readonly string[], text: string, names: StockNames = NO_NAMES): string[] {
  const stated = own.map(canonicalSymbol).filter((symbol) => symbol !== undefined);
  return [...new Set(stated.length > 0 ? stated : symbolsIn(text.normalize('NFKC'), names))];
}

function symbolsIn(text: string, names: StockNames): string[] {
  const mentions = names.find(text);
  MENTION.lastIndex = 0;
  for (let match = MENTION.exec(text); match !== null; match = MENTION.exec(text)) {
    const [written, cashtag] = match;
    const symbol = canonicalSymbol(cashtag === undefined ? written : codeOf(cashtag));
    if (symbol !== undefined) mentions.push({ at: match.index, symbol });
    // `$5到$` is no cashtag, and its second dollar may begin one.
    else MENTION.lastIndex = match.index + 1;
  }
  return mentions.sort((a, b) => a.at - b.at).map(({ symbol }) => symbol);
}

/** What a cashtag holds in its brackets, else its last word when that is a code, else all of it. */
function codeOf(cashtag: string): string {
  return /\(([^()]+)\)\s*$/.exec(cashtag)?.[1] ?? /[A-Za-z]*\d{5,6}\s*$/.exec(cashtag)?.[0] ?? cashtag;
}
