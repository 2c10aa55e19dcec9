import { describe, expect, it } from 'vitest';
import {
  dateTime,
  dayBounds,
  duration,
  percent,
  signed,
  windowStart,
} from '../../../src/dashboard/page/format.js';

const MORNING = Date.UTC(2026, 2, 2, 1, 31, 5);

describe('what numbers and times look like', () => {
  it.each([
    [0.1234, '+0.12'],
    [-0.1, '−0.10'],
    [-0.001, '0.00'],
    [1, '+1.00'],
  ])('%d is %s', (value, text) => {
    expect(signed(value)).toBe(text);
  });

  it('is Beijing time', () => {
    expect(dateTime(MORNING)).toBe('2026-03-02 09:31:05');
    expect(['1m', '1h', '1d'].map((window) => windowStart(MORNING, window))).toEqual([
      '09:31',
      '03-02 09:31',
      '2026-03-02',
    ]);
  });

  it('begins and ends a day there', () => {
    const bounds = dayBounds('2026-03-02');
    expect(bounds && dateTime(bounds.first)).toBe('2026-03-02 00:00:00');
    expect(bounds && dateTime(bounds.last)).toBe('2026-03-02 23:59:59');
    expect(dayBounds('')).toBeUndefined();
  });

  it('has no number where there is none', () => {
    expect([percent(0 / 0), duration(null), duration(9.87), duration(1_240)]).toEqual([
      '–',
      '–',
      '9.9\u202fms',
      '1.24\u202fs',
    ]);
  });
});
