import { z } from 'zod';
import { DOMAINS, LABELS } from '../../codec/sentiment.js';
import { WINDOW_NAMES } from '../../flow/window.js';

// What requests are made of. All of it comes as text.

export const symbolInput = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,32}$/, 'expected a symbol such as SH600519')
  .describe('A stock symbol, as `SH600519`.');

export const scopeInput = z
  .string()
  .regex(/^(?:\*|[A-Za-z0-9._-]{1,32})$/, 'expected a symbol such as SH600519, or *')
  .describe('A stock symbol, as `SH600519`, or `*` for all texts together.');

export const domainInput = z.enum(DOMAINS).describe('What kind of text it is.');
export const indexDomainInput = z
  .enum([...DOMAINS, 'all'])
  .default('all')
  .describe('Of which texts.');
export const labelInput = z.enum(LABELS).describe('Bearish, neutral or bullish.');
export const windowInput = z.enum(WINDOW_NAMES).describe('Length of the windows.');

export const timeInput = z.coerce
  .number()
  .int()
  .min(0)
  .max(8.64e15)
  .describe('Milliseconds since the epoch, inclusive.');

export function limitInput({ most, standard }: { readonly most: number; readonly standard: number }) {
  return z.coerce.number().int().min(1).max(most).default(standard).describe('Most that are answered.');
}
