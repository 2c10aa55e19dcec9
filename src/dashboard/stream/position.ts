/** What a stream is made of. */
export const EVENTS = ['scored', 'index'] as const;
export type EventName = (typeof EVENTS)[number];

/**
 * Where in the log somebody is: the next offset of each partition of what a stream is made of, by keys such as `scored/0`. It is the
 * `id` of events, so a client that comes back goes on where it was.
 */
export type Position = ReadonlyMap<string, bigint>;

export function partitionKey(event: EventName, partition: number): string {
  return `${event}/${partition}`;
}

/** The next offset of each partition of one of the topics. */
export function offsetsOf(position: Position, event: EventName): ReadonlyMap<number, bigint> {
  const prefix = `${event}/`;
  const entries = [...position].filter(([key]) => key.startsWith(prefix));
  return new Map(entries.map(([key, offset]) => [Number(key.slice(prefix.length)), offset]));
}

/** As `scored/0:120,scored/1:99,index/0:2044`. */
export function formatPosition(position: Position): string {
  return [...position].map(([key, offset]) => `${key}:${offset}`).join(',');
}

const ENTRY = /^((?:scored|index)\/\d{1,5}):(\d{1,18})$/;
/** Of the text: two topics of the most partitions that a topic may have. */
const LONGEST = 2 * 1024 * 34;

/** Undefined when the text is none. */
export function parsePosition(text: string): Position | undefined {
  if (text.length > LONGEST) return undefined;
  const position = new Map<string, bigint>();
  for (const entry of text.split(',')) {
    const [, key, offset] = ENTRY.exec(entry) ?? [];
    if (key === undefined || offset === undefined) return undefined;
    position.set(key, BigInt(offset));
  }
  return position;
}

export function moved(position: Position, key: string, offset: bigint): Position {
  return new Map(position).set(key, offset);
}

/** Records from one place to a later one, markers of transactions counted; undefined when no records lead there. */
export function distance(from: Position, to: Position): bigint | undefined {
  let records = 0n;
  for (const [key, offset] of to) {
    const step = offset - (from.get(key) ?? 0n);
    if (step < 0n) return undefined;
    records += step;
  }
  return records;
}
