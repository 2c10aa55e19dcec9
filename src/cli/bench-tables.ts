import type { Outcome, Row } from '../bench/benchmark.js';
import { machine } from '../bench/machine.js';
import { type Cell, table } from './output.js';

/** What a benchmark found, as tables. */
export function outcomeTables({ comparisons, rows = [], facts = {} }: Outcome): string {
  const head = ['', 'against', 'ours', 'peer', 'ratio', 'unit'];
  const compared = comparisons.map(({ subject, against, ours, peer, ratio, unit }) => [
    subject,
    against,
    ...[ours, peer, ratio].map(rounded),
    unit,
  ]);
  const [first] = rows;
  const parts = [table(head, compared)];
  if (first !== undefined) parts.push(table(Object.keys(first).map(title), rows.map(cells)));
  const said = Object.entries(facts).map(([key, value]) => `${title(key)} ${shown(value)}`);
  return [...parts, [machine(), ...said].join('\n')].join('\n\n');
}

/** What every benchmark says to machines: the first comparison, then all that it found. */
export function outcomeJson(name: string, { comparisons, rows, facts }: Outcome) {
  return { name, ...comparisons[0], machine: machine(), ...facts, comparisons, ...(rows && { rows }) };
}

function cells(row: Row): Cell[] {
  return Object.values(row).map(shown);
}

function shown(value: Row[string] | undefined): string {
  return typeof value === 'number' ? rounded(value) : (value ?? '');
}

/** `scorersFor1000` → `scorers for 1000` */
function title(key: string): string {
  return key.replace(/[A-Z]|\d{2,}$/g, (start) => ` ${start.toLowerCase()}`);
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
