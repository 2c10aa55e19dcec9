import { decodeHTMLStrict } from 'entities';
import { isOrdinary } from './ordinary.js';

/** Rounds of unwrapping: a feed that escapes its HTML twice needs three. */
const ROUNDS = 4;

const TAG =
  /<(?:\/?[a-z][a-z0-9:-]*(?:[\s/][^<>]*)?|!--[^<>]*|!doctype[^<>]*|\?xml[^<>]*)>|<!\[CDATA\[|\]\]>/gi;
/** Inside a line of text these mark words; every other tag separates. */
const INLINE = /^<\/?(?:a|b|em|font|i|mark|s|small|span|strong|sub|sup|u)\b/i;
const HIDDEN_START = /<(script|style)\b/gi;
/** Line breaks and tabs aside, which are whitespace. */
const INVISIBLE = /(?![\t\n\v\f\r\u0085])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** Unicode's reordering of combining marks is quadratic in the length of a run, and no writing needs more than a few. */
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu;
/** Web addresses, and the words that stand for one; `//@` after an address begins a repost. */
const ADDRESS = /(?:https?:\/\/|www\.)(?:(?!\/\/@)[a-z0-9\-._~:/?#@%&=+*])+|网页链接/gi;

/**
 * A text without markup, in one line: HTML tags and entities, web addresses, control, zero-width and direction characters
 * are gone, characters are in Unicode's NFKC form (full-width letters, digits and punctuation become half-width) and a
 * broken surrogate is U+FFFD. Takes time linear in the text, and a second call changes nothing.
 */
export function plain(text: string): string {
  let current = text;
  for (let round = 0; round < ROUNDS; round++) {
    const next = unwrap(current);
    if (next === current) return current;
    current = next;
  }
  // Deeper nesting than any feed's: without these three characters there is no markup left to unwrap.
  return unwrap(current.replace(/[&<>]/g, ' '));
}

function unwrap(text: string): string {
  const words = withoutHidden(decodeHTMLStrict(text)).replace(TAG, (tag) =>
    INLINE.test(tag) || !tag.endsWith('>') || tag === ']]>' ? '' : ' ',
  );
  return (isOrdinary(words) ? words : visible(words))
    .normalize('NFKC')
    .replace(ADDRESS, ' ')
    .replace(/[\s\u0085]+/g, ' ')
    .trim();
}

function visible(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1');
}

/** Cuts `<script>` and `<style>` elements out, with what they hold. */
function withoutHidden(text: string): string {
  const kept: string[] = [];
  let from = 0;
  HIDDEN_START.lastIndex = 0;
  for (let start = HIDDEN_START.exec(text); start !== null; start = HIDDEN_START.exec(text)) {
    const end = new RegExp(`</${start[1]}\\s*>`, 'gi');
    end.lastIndex = HIDDEN_START.lastIndex;
    if (!end.test(text)) break;
    kept.push(text.slice(from, start.index), ' ');
    from = end.lastIndex;
    HIDDEN_START.lastIndex = from;
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}
