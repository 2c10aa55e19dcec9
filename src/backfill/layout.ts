import { MoodtapeError } from '../errors.js';
import type { ColumnNames } from './columns.js';
import type { Field, Holder, Shape } from './shapes/shape.js';
import { shapeOf } from './shapes/shapes.js';

/** Where the fields of a file's rows are. */
export interface Layout {
  readonly shape: Shape;
  /** The columns of each field; empty where no column has it. */
  readonly columns: Readonly<Record<Field, readonly string[]>>;
}

/**
 * The layout of rows with these columns: as the user says, else as the shape says that they fit.
 *
 * @throws MoodtapeError MT_DATA when no column holds the text, or one that the user names is not there.
 */
export function layoutOf(file: string, present: readonly string[], named: ColumnNames): Layout {
  const shape = shapeOf(present);
  const held = (holder: Holder) => listed(holder).every((column) => present.includes(column));
  const columnsOf = (field: Field): readonly string[] => {
    const column = named[field];
    if (column === undefined) return listed(shape.columns[field]?.find(held) ?? []);
    if (column !== '' && !present.includes(column)) throw missing(file, present, `no ${column}`, field);
    return column === '' ? [] : [column];
  };
  const columns = {
    id: columnsOf('id'),
    title: columnsOf('title'),
    text: columnsOf('text'),
    publishedAt: columnsOf('publishedAt'),
    symbols: columnsOf('symbols'),
    domain: columnsOf('domain'),
  };
  if (columns.text.length === 0) throw missing(file, present, 'none that holds the text', 'text');
  return { shape, columns };
}

/** All columns that a layout reads. */
export function columnsIn({ columns }: Layout): string[] {
  return [...new Set(Object.values(columns).flat())];
}

function listed(holder: Holder): readonly string[] {
  return typeof holder === 'string' ? [holder] : holder;
}

function missing(file: string, present: readonly string[], what: string, field: Field): MoodtapeError {
  return new MoodtapeError('MT_DATA', `${file} has the columns ${present.join(', ')}, but ${what}`, {
    remedy: `name the column with --columns ${field}=NAME`,
  });
}
