import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MoodtapeError } from '../../src/errors.js';
import { logTrainerEvent } from '../../src/observe/log-trainer-event.js';
import { createLogger } from '../../src/observe/logger.js';
import { RunMetrics } from '../../src/observe/metrics/run-metrics.js';
import type { TrainerEvent } from '../../src/refit/trainer-event.js';
import { Samples } from './samples.js';

const counts = { arrived: 90, waiting: 3, held: 7, learn: { 'forum 利好': 40 }, holdout: { forum: 5 } };
const judged = { type: 'labelsJudged', kept: 60, held: { annotator: 0, text: 4 }, counts } as const;
const read = { type: 'labelsRead', topic: 'labels', partition: 1, labels: 5, dead: {} } as const;
const decided = {
  type: 'refitDecided',
  promoted: true,
  version: 'b',
  reason: 'better',
  metrics: {},
  seconds: 42,
} as const;

const CASES: readonly (readonly [TrainerEvent, level: string, fields: object])[] = [
  [read, 'debug', { labels: 5 }],
  [{ ...read, dead: { MT_JSON: 2 } }, 'warn', { dead: { MT_JSON: 2 } }],
  [judged, 'info', { kept: 60 }],
  [{ ...judged, held: { annotator: 9, text: 0 } }, 'warn', { held: { annotator: 9, text: 0 } }],
  [{ type: 'driftSeen', kind: 'error', reason: 'it errs' }, 'info', { kind: 'error' }],
  [{ type: 'refitBegun', reason: '1000 new labels' }, 'info', { reason: '1000 new labels' }],
  [{ type: 'refitStepped', step: 1, steps: 4, loss: 1.1 }, 'trace', { step: 1 }],
  [decided, 'info', { version: 'b', promoted: true }],
  [{ ...decided, promoted: false }, 'info', { promoted: false }],
  [
    { type: 'refitFailed', error: new MoodtapeError('MT_TRAINING', 'it died') },
    'error',
    { code: 'MT_TRAINING', message: 'it died' },
  ],
  [{ type: 'rolledBack', from: 'b', to: 'a', reason: 'worse', metrics: {} }, 'warn', { from: 'b', to: 'a' }],
  [
    { type: 'registryAway', error: new MoodtapeError('MT_REGISTRY', 'no folder') },
    'warn',
    { code: 'MT_REGISTRY' },
  ],
];

describe('what a trainer tells', () => {
  it.each(CASES)('is one line in the log (%#)', (event, level, fields) => {
    const lines: string[] = [];
    const logger = createLogger('trace', { write: (line) => lines.push(line) });
    logTrainerEvent(logger, event);
    const [line = '', ...more] = lines;
    expect(more).toEqual([]);
    expect(z.looseObject({ level: z.string() }).parse(JSON.parse(line))).toMatchObject({ level, ...fields });
  });

  it('counts', async () => {
    const metrics = new RunMetrics();
    const watch = metrics.watchTrainer();
    for (const [event] of CASES) watch(event);
    const samples = new Samples(await metrics.registry.metrics());
    expect(samples.sum('moodtape_labels_read_total')).toBe(10);
    expect(samples.sum('moodtape_labels_dead_lettered_total', { code: 'MT_JSON' })).toBe(2);
    expect(samples.sum('moodtape_labels_judged_total', { verdict: 'kept' })).toBe(120);
    expect(samples.sum('moodtape_labels_judged_total', { verdict: 'annotator' })).toBe(9);
    expect(samples.sum('moodtape_labels', { part: 'learn' })).toBe(40);
    expect(samples.sum('moodtape_labels', { part: 'held' })).toBe(7);
    expect(samples.sum('moodtape_drifts_total', { kind: 'error' })).toBe(1);
    for (const outcome of ['promoted', 'rejected', 'failed']) {
      expect(samples.sum('moodtape_refits_total', { outcome })).toBe(1);
    }
    expect(samples.sum('moodtape_refit_seconds')).toBe(42);
    expect(samples.sum('moodtape_rollbacks_total')).toBe(1);
  });
});
