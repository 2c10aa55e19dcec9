import type { Domain, Label, Sentiment } from '../codec/sentiment.js';
import type { View } from './view.js';

/** What texts are to be; what is left out does not matter. */
export interface TextSearch {
  readonly symbol?: string | undefined;
  readonly domain?: Domain | undefined;
  readonly label?: Label | undefined;
  /** All of them must stand in the text, in whatever case. */
  readonly words?: readonly string[];
  /** Bounds of `publishedAt`, inclusive, in milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** Where an earlier search ended. */
  readonly before?: string | undefined;
}

export interface FoundTexts {
  /** Newest first; perhaps fewer than `limit`, although there are more. */
  readonly texts: Sentiment[];
  /** Where to go on; undefined when there are no older texts. */
  readonly next: string | undefined;
}

/** Texts that one search reads, and at a time. */
const MOST_READ = 2_000;
const AT_A_TIME = 200;

/** Looks for texts among those that a view keeps, the newest first, and reads a bounded number of them. */
export async function searchTexts(view: Pick<View, 'page'>, search: TextSearch): Promise<FoundTexts> {
  const matches = matcher(search);
  const texts: Sentiment[] = [];
  let next = search.before;
  for (let read = 0; read < MOST_READ; read += AT_A_TIME) {
    const page = await view.page({ symbol: search.symbol, before: next, limit: AT_A_TIME });
    for (const { place, text } of page) {
      next = place;
      if (matches(text)) texts.push(text);
      if (texts.length === search.limit) return { texts, next };
    }
    if (page.length < AT_A_TIME) return { texts, next: undefined };
  }
  return { texts, next };
}

function matcher({ domain, label, words = [], from = 0, to = Number.MAX_SAFE_INTEGER }: TextSearch) {
  const wanted = words.map(folded);
  return (text: Sentiment) =>
    (domain ?? text.domain) === text.domain &&
    (label ?? text.label) === text.label &&
    from <= text.publishedAt &&
    text.publishedAt <= to &&
    wanted.every((word) => folded(text.text).includes(word));
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase();
