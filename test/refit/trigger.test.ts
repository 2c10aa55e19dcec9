import { describe, expect, it } from 'vitest';
import { dueRefit, NOTHING_NEW, withLabels } from '../../src/refit/trigger.js';

const SETTINGS = { labels: 1000, milliseconds: 3_600_000, atLeast: 100 };
const fresh = (labels: number, drift?: string) => withLabels(NOTHING_NEW, labels, 5_000, drift);
const due = (labels: number, minutes: number, drift?: string) =>
  dueRefit(fresh(labels, drift), 5_000 + minutes * 60_000, SETTINGS);

describe('dueRefit', () => {
  it('is due after enough labels', () => {
    expect(due(999, 0)).toBeUndefined();
    expect(due(1000, 0)).toBe('1000 new labels');
  });

  it('is due after enough time since the first new label, by the clock of the caller', () => {
    expect(due(150, 59)).toBeUndefined();
    expect(due(150, 60)).toBe('150 new labels in 60 minutes');
    const later = withLabels(fresh(100), 50, 3_000_000, undefined);
    expect(dueRefit(later, 3_605_000, SETTINGS)).toBe('150 new labels in 60 minutes');
  });

  it('is due when something drifts, for the reason that was seen first', () => {
    expect(due(100, 0, 'the model errs more often')).toBe('the model errs more often');
    const twice = withLabels(fresh(100, 'first'), 10, 6_000, 'second');
    expect(dueRefit(twice, 6_000, SETTINGS)).toBe('first');
  });

  it('waits for labels to learn from, whatever else speaks for a refit', () => {
    expect(due(99, 600, 'drift')).toBeUndefined();
    expect(dueRefit(NOTHING_NEW, 1e15, SETTINGS)).toBeUndefined();
    expect(dueRefit(fresh(20), 5_000, { ...SETTINGS, labels: 20 })).toBe('20 new labels');
  });
});
