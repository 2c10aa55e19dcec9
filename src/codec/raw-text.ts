import { z } from 'zod';
import { parsePublicationTime } from '../text/publication-time.js';
import type { Codec } from './codec.js';
import { checked, requireValue } from './record.js';
import type { Domain } from './sentiment.js';

/** A news item or a forum post, as it came in. */
export interface RawText {
  readonly id: string;
  /** Not normalised; begins with the title. */
  readonly text: string;
  readonly domain: Domain;
  /** What the record itself says that it is about, in its own notation. */
  readonly symbols: readonly string[];
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly title?: string;
}

const common = {
  id: z.union([z.string().min(1), z.int().transform(String)], 'expected a string that is not empty'),
  title: z.string().nullish(),
  text: z.string(),
  publishedAt: z.union([z.string(), z.number()]),
};
const newsSchema = z
  .object({ ...common, symbols: z.array(z.string()).nullish() })
  .transform(({ symbols, ...item }) => ({ ...item, symbols: symbols ?? [] }));
const postSchema = z
  .object({ ...common, symbol: z.string().nullish(), board: z.string().nullish() })
  .transform(({ symbol, board, ...item }) => ({
    ...item,
    symbols: [symbol, board].filter((name) => name != null),
  }));

const SHAPES = { news: newsSchema, forum: postSchema };

/**
 * Reads a news item (schemas/NewsItem.avsc) or a forum post (schemas/ForumPost.avsc).
 *
 * @throws MoodtapeError with one of the codes of `Codec.decode`.
 */
export function decodeText(value: Uint8Array | null, domain: Domain, codec: Codec): RawText {
  const { id, title, text, symbols, publishedAt } = checked(
    SHAPES[domain],
    codec.decode(requireValue(value)),
  );
  return {
    id,
    text: withTitle(title ?? '', text),
    domain,
    symbols,
    publishedAt: parsePublicationTime(publishedAt),
    ...(title ? { title } : {}),
  };
}

/** As the wires print it: 【title】text. Many texts already begin with their title. */
export function withTitle(title: string, text: string): string {
  if (title.trim() === '' || text.includes(title.trim())) return text;
  return text.trim() === '' ? title : `【${title.trim()}】${text}`;
}
