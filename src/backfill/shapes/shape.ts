import type { Domain } from '../../codec/sentiment.js';

/** What a row has. */
export const FIELDS = ['id', 'title', 'text', 'publishedAt', 'symbols', 'domain'] as const;
export type Field = (typeof FIELDS)[number];

/** A column, or several whose values belong together: a date and a time of day. */
export type Holder = string | readonly string[];

/** How a known feed names and writes what it has. */
export interface Shape {
  readonly name: string;
  /** A file that has all columns of one of these lists is of this shape. */
  readonly knownBy: readonly (readonly string[])[];
  /** Where each field may be, the likeliest first. */
  readonly columns: Readonly<Partial<Record<Field, readonly Holder[]>>>;
  /** What the rows of a file are, where they do not say. */
  readonly domain?: (file: string) => Domain | undefined;
  /** What among a row's symbols is one; all when left out. */
  readonly symbol?: RegExp;
}
