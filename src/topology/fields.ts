import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+)(ms|s|m|h|d)$/;

/** `30s`, `5m`: read as milliseconds. */
export const duration = z
  .string()
  .regex(DURATION, 'expected a duration such as 500ms, 30s, 5m, 1h or 1d')
  .transform(parseDuration);

function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
}

/** A topic's name, as Kafka allows it. */
export const topicName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,249}$/, 'expected a topic name: letters, digits, dot, underscore, hyphen');

export const path = z.string().min(1, 'expected a path');

/** A file that is there before moodtape starts. */
export const inputFile = path.meta({ exists: true });

/** Of topics that are to be created. */
export const partitions = z.int().min(1).max(1024);
export const retention = duration
  .prefault('30d')
  .describe(
    'How long topics that are created keep their records. A view can be rebuilt as far back, and an index needs its longest window and a day more.',
  );

export const port = z.int().min(0).max(65_535);

/** The address of a server; it may hold a username and a password. */
export function serverUrl(...schemes: string[]) {
  return z.url({
    protocol: new RegExp(`^(${schemes.join('|')})$`),
    error: `expected a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });
}

/** How `sentiment.*` records are written; both are read everywhere. */
export const outputFormat = z
  .enum(['json', 'avro'])
  .default('json')
  .describe(
    'How records are written: as JSON, or as Avro behind a Confluent header with the ids of `registry`, or of schemas/ when there is none. Readers know either.',
  );
