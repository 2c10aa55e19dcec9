import { expect, it } from 'vitest';
import { z } from 'zod';
import { MoodtapeError } from '../../src/errors.js';
import type { ScorerEvent } from '../../src/flow/event.js';
import { logEvent } from '../../src/observe/log-events.js';
import { createLogger } from '../../src/observe/logger.js';

const partition = { topic: 'raw.news', partition: 2 };
const committed = {
  type: 'committed',
  ...partition,
  records: 3,
  scored: 3,
  cached: 1,
  dead: {},
  nextOffset: 2n ** 60n,
  milliseconds: 12,
  spent: { decode: 0.1, enrich: 0.2, commit: 3 },
} as const;

const trial = { kind: 'shadow', version: 'b' } as const;
const outcome = { texts: 4, failed: 1, agreeing: 3, difference: 1 };

const CASES: readonly (readonly [ScorerEvent, level: string, fields: object])[] = [
  [{ type: 'read', ...partition, records: 3, bytes: 100 }, 'trace', { ...partition, records: 3, bytes: 100 }],
  [{ type: 'queue', texts: 7 }, 'trace', { texts: 7 }],
  [
    { type: 'batch', texts: 2, tokens: 30, padding: 4, milliseconds: 5, waits: [1, 9] },
    'trace',
    { texts: 2, tokens: 30, padding: 4, milliseconds: 5, longestWait: 9 },
  ],
  [committed, 'debug', { ...partition, scored: 3, milliseconds: 12, nextOffset: '1152921504606846976' }],
  [{ ...committed, scored: 2, dead: { MT_JSON: 1 } }, 'warn', { ...partition, dead: { MT_JSON: 1 } }],
  [
    { type: 'retried', ...partition, error: new MoodtapeError('MT_TRANSPORT', 'no broker') },
    'warn',
    { ...partition, code: 'MT_TRANSPORT', message: 'no broker' },
  ],
  [{ type: 'fenced', ...partition }, 'warn', partition],
  [
    { type: 'swapped', model: 'm', version: 'b', previous: 'a', runtime: 'cpu-int8-2x1', milliseconds: 40 },
    'info',
    { model: 'm', version: 'b', previous: 'a', runtime: 'cpu-int8-2x1', milliseconds: 40 },
  ],
  [
    { type: 'swapFailed', role: 'live', version: 'b', error: new MoodtapeError('MT_BUNDLE', 'damaged') },
    'error',
    { role: 'live', version: 'b', code: 'MT_BUNDLE', message: 'damaged', remedy: expect.any(String) },
  ],
  [
    { type: 'trialStarted', model: 'm', milliseconds: 40, ...trial, share: 0.1 },
    'info',
    { ...trial, share: 0.1 },
  ],
  [{ type: 'trial', ...trial, ...outcome }, 'trace', { ...trial, ...outcome }],
  [
    { type: 'trial', ...trial, ...outcome, error: new MoodtapeError('MT_DEVICE', 'no thread can start') },
    'warn',
    { ...trial, failed: 1, code: 'MT_DEVICE', message: 'no thread can start' },
  ],
  [
    { type: 'trialEnded', ...trial, share: 0.1, ...outcome },
    'info',
    { ...trial, share: 0.1, texts: 4, failed: 1, agreement: 0.75, meanDifference: 0.25 },
  ],
];

it.each(CASES)('event %# is a line with its fields and a message', (event, level, fields) => {
  const lines: string[] = [];
  logEvent(createLogger('trace', { write: (line) => lines.push(line) }), event);
  expect(lines).toHaveLength(1);
  const line = z.looseObject({ msg: z.string().min(1) }).parse(JSON.parse(lines[0] ?? ''));
  expect(line).toMatchObject({ level, ...fields });
});
