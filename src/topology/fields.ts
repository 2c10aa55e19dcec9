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
