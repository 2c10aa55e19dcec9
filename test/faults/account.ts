import { z } from 'zod';
import { DEAD_LETTERS, SCORED } from '../../src/topology/topics.js';
import { type Input, numberOf } from './input.js';
import { type Committed, placeOf } from './read-committed.js';

export interface Account {
  /** Records in the raw topics. */
  readonly raw: number;
  readonly scored: number;
  readonly dead: number;
  /** What is wrong, a sentence each; empty when every input has exactly one outcome, and the right one. */
  readonly faults: readonly string[];
}

const ERROR = 'moodtape.error.';
const errorSchema = z.strictObject({
  code: z.string().regex(/^MT_[A-Z_]+$/),
  message: z.string().min(1),
  stage: z.enum(['decode', 'enrich', 'score']),
  topic: z.string(),
  partition: z.string().regex(/^\d+$/),
  offset: z.string().regex(/^\d+$/),
  time: z.iso.datetime(),
});
const scoredSchema = z.looseObject({ id: z.string(), source: z.string() });

/** What became of the input that lies at `origin`. */
interface Outcome {
  readonly origin: string;
  readonly record: Committed;
  /** The id of a score. */
  readonly id?: string;
}

/** Holds the outcomes in the log against the inputs in the log, and these against what was sent. */
export function account(inputs: readonly Input[], records: readonly Committed[]): Account {
  const faults: string[] = [];
  const raw = new Map(records.filter(({ topic }) => topic.startsWith('raw.')).map((r) => [placeOf(r), r]));
  const scored = records.filter(({ topic }) => topic === SCORED).map(scoreOf);
  const dead = records.filter(({ topic }) => topic === DEAD_LETTERS).map(deadLetterOf);
  const outcomes = groupBy([...scored, ...dead], ({ origin }) => origin);

  const sent = groupBy(raw.values(), ({ headers }) => numberOf(headers));
  for (const n of inputs.keys()) {
    if (!sent.has(n)) faults.push(`the feed has not put input ${n} into the log`);
  }
  for (const [place, original] of raw) {
    const found = outcomes.get(place) ?? [];
    if (found.length === 0) faults.push(`${place} is lost`);
    if (found.length > 1)
      faults.push(`${place} is repeated: ${found.map(({ record }) => writtenAt(record)).join(', ')}`);
    const input = inputs[numberOf(original.headers)];
    for (const outcome of found) faults.push(...faultsOf(outcome, original, input));
  }
  for (const origin of outcomes.keys()) {
    if (!raw.has(origin)) faults.push(`there is an outcome of ${origin}, where nothing lies`);
  }
  faults.push(...disorder(scored), ...disorder(dead));
  return { raw: raw.size, scored: scored.length, dead: dead.length, faults };
}

function writtenAt(record: Committed): string {
  return `${placeOf(record)} at ${new Date(record.timestamp).toISOString()}`;
}

function scoreOf(record: Committed): Outcome {
  const { id, source } = scoredSchema.parse(JSON.parse(String(record.value)));
  return { origin: source, record, id };
}

function deadLetterOf(record: Committed): Outcome {
  const { topic, partition, offset } = errorOf(record);
  return { origin: `${topic}/${partition}/${offset}`, record };
}

function errorOf({ headers }: Committed) {
  const own = headers.filter(([name]) => name.startsWith(ERROR));
  const entries = own.map(([name, value]) => [name.slice(ERROR.length), String(value)]);
  return errorSchema.parse(Object.fromEntries(entries));
}

function faultsOf({ origin, record, id }: Outcome, original: Committed, input: Input | undefined): string[] {
  const fate = input?.fate;
  if (id !== undefined) {
    const right = fate === 'either' || (typeof fate === 'object' && fate.scoredAs === id);
    return right ? [] : [`${origin} was scored, as ${id}; expected ${JSON.stringify(fate)}`];
  }
  if (typeof fate === 'object') {
    const { code, message } = errorOf(record);
    return [`${origin} is a dead letter (${code}: ${message}); expected a score as ${fate.scoredAs}`];
  }
  return (['key', 'value', 'headers'] as const)
    .filter((part) => !bytesOf(record, part).equals(bytesOf(original, part)))
    .map((part) => `the dead letter of ${origin} has another ${part} than the record had`);
}

/** Bytes that are equal where the parts are; of headers of one name the last counts. */
function bytesOf(record: Committed, part: 'key' | 'value' | 'headers'): Buffer {
  if (part !== 'headers')
    return Buffer.concat([Buffer.of(record[part] === null ? 0 : 1), record[part] ?? Buffer.of()]);
  const others = record.headers.filter(([name]) => !name.startsWith(ERROR));
  const last = [...new Map(others)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(
    JSON.stringify(last.map(([name, value]) => [name, (value ?? Buffer.of()).toString('hex')])),
  );
}

/** Outcomes of one partition that share a partition must lie in the order of their originals. */
function disorder(outcomes: readonly Outcome[]): string[] {
  const last = new Map<string, bigint>();
  return outcomes.flatMap(({ origin, record }) => {
    const end = origin.lastIndexOf('/');
    const way = `${origin.slice(0, end)} in ${record.topic}/${record.partition}`;
    const offset = BigInt(origin.slice(end + 1));
    const before = last.get(way) ?? -1n;
    last.set(way, offset);
    return offset > before ? [] : [`${way} is out of order: ${offset} after ${before}`];
  });
}

function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
