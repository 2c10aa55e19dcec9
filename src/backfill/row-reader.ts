import { z } from 'zod';
import { withTitle } from '../codec/raw-text.js';
import { DOMAINS, type Domain } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import { parsePublicationTime } from '../text/publication-time.js';
import { attempt } from './attempt.js';
import type { ColumnNames } from './columns.js';
import { columnsIn, type Layout, layoutOf } from './layout.js';
import type { Fields, FileRecord, Select } from './record.js';
import type { ArchivedText, Row } from './row.js';
import type { Field } from './shapes/shape.js';

const idSchema = z.union([z.string().min(1), z.number().transform(String), z.bigint().transform(String)]);
const textSchema = z.string();
const timeSchema = z.union([
  z.string(),
  z.number(),
  z.bigint().transform(Number),
  z.date().transform((time) => time.getTime()),
]);
const domainSchema = z.enum(DOMAINS);

/** A code behind the name of its exchange, anywhere in a list that somebody wrote down as JSON or as Python. */
const LISTED = /(?:sh|sz|bj|hk)\d{5,6}(?!\d)/gi;

/** How rows are to be understood. */
export interface ReadingOptions {
  /** Columns that the user names. */
  readonly columns: ColumnNames;
  /** What rows are that do not say, in files that do not say. */
  readonly domain: Domain;
}

/** Makes rows of the records of one file. */
export class RowReader {
  /** Of all rows, where all have the same columns. */
  #layout: Layout | undefined;
  /** Of rows by their columns, where each has its own. */
  readonly #layouts = new Map<string, Layout | MoodtapeError>();

  constructor(
    private readonly file: string,
    private readonly options: ReadingOptions,
  ) {}

  /**
   * The columns to read of a file whose rows all have these.
   *
   * @throws MoodtapeError MT_DATA when a column is missing.
   */
  readonly select: Select = (columns) => {
    this.#layout = layoutOf(this.file, columns, this.options.columns);
    return columnsIn(this.#layout);
  };

  read({ place, fields, size, original }: FileRecord): Row {
    if (fields instanceof MoodtapeError) return { place, size, original, content: fields };
    const layout = attempt(() => this.#layoutOf(fields));
    if (layout instanceof MoodtapeError) return { place, size, original, content: layout };
    const content = attempt(() => this.#content(fields, layout, place.row));
    return { place, size, original, content, shape: layout.shape.name };
  }

  #content(fields: Fields, layout: Layout, row: number): ArchivedText {
    const { shape, columns } = layout;
    const value = (field: Field) => held(fields, columns[field]);
    const title = optional(textSchema, value('title'))?.trim() ?? '';
    const domain =
      optional(domainSchema, value('domain')) ?? shape.domain?.(this.file) ?? this.options.domain;
    return {
      id: columns.id.length === 0 ? String(row) : required(idSchema, value('id'), layout, 'id'),
      text: withTitle(title, required(textSchema, value('text'), layout, 'text')),
      domain,
      symbols: symbolsIn(value('symbols')).filter((symbol) => shape.symbol?.test(symbol) ?? true),
      publishedAt: timeOf(value('publishedAt')),
    };
  }

  #layoutOf(fields: Fields): Layout {
    if (this.#layout !== undefined) return this.#layout;
    const columns = Object.keys(fields);
    const key = columns.join('\n');
    const known = this.#layouts.get(key) ?? attempt(() => layoutOf(this.file, columns, this.options.columns));
    if (known instanceof MoodtapeError) throw new MoodtapeError('MT_RECORD', known.message, { cause: known });
    // Records of one file have few sets of keys; where each has its own, none is worth keeping.
    if (this.#layouts.size < 100) this.#layouts.set(key, known);
    return known;
  }
}

function held(fields: Fields, columns: readonly string[]): unknown {
  const [first = '', ...others] = columns;
  if (others.length === 0) return fields[first];
  return columns.map((column) => text(fields[column])).join(' ');
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value ?? '');
}

function optional<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function required<T>(schema: z.ZodType<T>, value: unknown, { columns }: Layout, field: Field): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MoodtapeError('MT_RECORD', `no ${field} in the column ${columns[field].join(', ')}`);
}

/** @throws MoodtapeError MT_TIME when it is no time. */
function timeOf(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const written = timeSchema.safeParse(value);
  return parsePublicationTime(written.success ? written.data : JSON.stringify(value));
}

function symbolsIn(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value).match(LISTED) ?? [];
  const written = text(value).trim();
  if (/^[[{]/.test(written)) return written.match(LISTED) ?? [];
  return written.split(/[\s,;，；、]+/).filter((symbol) => symbol !== '');
}
