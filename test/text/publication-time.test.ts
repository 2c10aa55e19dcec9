import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePublicationTime } from '../../src/text/publication-time.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const MORNING = Date.parse('2024-01-05T01:30:00Z');

describe('parsePublicationTime', () => {
  it.each([
    '2024-01-05T01:30:00Z',
    '2024-01-05T09:30:00+08:00',
    '2024-01-05T09:30:00.000+0800',
    '2024-01-04T20:30-05:00',
    '2024-01-05 09:30:00 +08:00',
    '2024-01-05T09:30:00',
    '2024-01-05 09:30:00',
    ' 2024-1-5 9:30 ',
    '2024/01/05 09:30',
    '2024.01.05 09:30',
    '2024年1月5日 09:30',
    '2024年01月05日09:30:00',
    '２０２４－０１－０５　０９：３０',
    '20240105093000',
    20240105093000,
    '1704418200',
    '1704418200.0',
    1704418200,
    '1704418200000',
    1704418200000,
  ])('reads %j', (written) => {
    expect(parsePublicationTime(written, NOW)).toBe(MORNING);
  });

  it('keeps milliseconds', () => {
    expect(parsePublicationTime('2024-01-05T01:30:00.123456Z', NOW)).toBe(MORNING + 123);
    expect(parsePublicationTime(1704418200.5, NOW)).toBe(MORNING + 500);
  });

  it('takes a bare day as its midnight in Shanghai', () => {
    for (const day of ['2024-01-05', '2024/01/05', '2024年1月5日', '20240105']) {
      expect(parsePublicationTime(day, NOW)).toBe(Date.parse('2024-01-04T16:00:00Z'));
    }
  });

  it.each([
    ['no such day', '2026-02-30'],
    ['no leap day', '2025-02-29 10:00'],
    ['no such month', '20241301000000'],
    ['no such hour', '2024-01-05 24:00'],
    ['no such minute', '2024-01-05 09:60'],
    ['no such zone', '2024-01-05T09:30:00+15:00'],
    ['mixed marks', '2024-01/05'],
    ['words', '昨天 09:30'],
    ['nothing', ''],
    ['a year', '2024'],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['zero', 0],
    ['before 1992', '1991-12-31 23:59:59'],
    ['before 1992 in seconds', 631152000],
    ['tomorrow and a second', '2026-06-02T00:00:01Z'],
    ['microseconds', '1704418200000000'],
    ['a year of two digits', '0024-01-05'],
    ['a long text', '9'.repeat(1_000_000)],
    ['a long time', `2024-01-05${' '.repeat(60)}`],
  ])('refuses %s', (_, written) => {
    expect(() => parsePublicationTime(written, NOW)).toThrow(expect.objectContaining({ code: 'MT_TIME' }));
  });

  it('reads back every way of writing a second', () => {
    const seconds = fc.integer({ min: Date.parse('1992-01-02T00:00:00Z') / 1000, max: NOW / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const time = second * 1000;
        const local = new Date(time + 8 * 3_600_000).toISOString();
        const ways = [
          second,
          time,
          String(second),
          String(time),
          new Date(time).toISOString(),
          local.slice(0, 19),
          local.slice(0, 19).replace('T', ' '),
          local.slice(0, 19).replaceAll('-', '/'),
          local.slice(0, 19).replaceAll(/[-:T]/g, ''),
        ];
        for (const written of ways) expect(parsePublicationTime(written, NOW)).toBe(time);
      }),
    );
  });

  it('throws nothing but MT_TIME', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[\d\-:TZ年月日 .+]*$/), fc.double()),
        (written) => {
          try {
            expect(Number.isSafeInteger(parsePublicationTime(written, NOW))).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ code: 'MT_TIME' });
          }
        },
      ),
    );
  });
});
