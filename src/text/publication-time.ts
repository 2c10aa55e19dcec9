import { MoodtapeError } from '../errors.js';

/** No way of writing a time is longer. */
const LONGEST = 60;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Asia/Shanghai: UTC+8 all year round since 1992. */
const SHANGHAI = 8 * 60 * MINUTE;
/** 1992-01-01 in Shanghai, which had summer time before; no feed in use is older. */
const EARLIEST = Date.UTC(1992, 0, 1) - SHANGHAI;

const CALENDAR =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:(?:T|\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/;
const SECONDS = /^\d{9,10}(?:\.\d+)?$/;
const MILLISECONDS = /^\d{12,13}$/;

/**
 * Reads a publication time as milliseconds since the epoch.
 *
 * - ISO 8601 with a zone: `2024-01-05T09:30:00+08:00`, `2024-01-05T01:30:00Z`
 * - without a zone, in Shanghai time: `2024-01-05 09:30[:00]`, `2024/01/05`, `2024年1月5日 09:30`, `20240105093000`
 * - unix seconds or milliseconds, as a number or its digits
 *
 * A time before 1992, or more than a day after `now`, is taken for a mistake.
 *
 * @throws MoodtapeError MT_TIME when it is none of these, does not exist (2026-02-30), or is not plausible.
 */
export function parsePublicationTime(written: string | number, now: number = Date.now()): number {
  const text = String(written);
  const time = text.length > LONGEST ? undefined : read(text.normalize('NFKC').trim());
  if (time === undefined || !(time >= EARLIEST && time <= now + DAY)) {
    const shown = JSON.stringify(text.slice(0, LONGEST));
    throw new MoodtapeError('MT_TIME', `${shown} is not a publication time between 1992 and now`);
  }
  return time;
}

function read(text: string): number | undefined {
  return compact(text) ?? unix(text) ?? calendar(text);
}

function unix(text: string): number | undefined {
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  return MILLISECONDS.test(text) ? Number(text) : undefined;
}

function compact(text: string): number | undefined {
  const match = COMPACT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0));
  return instant([year, month, day], [hour, minute, second, 0], SHANGHAI);
}

function calendar(text: string): number | undefined {
  const match = CALENDAR.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match
    .slice(1, 10)
    .filter((digits) => digits !== undefined)
    .map(Number);
  const [hour, minute, second] = match.slice(10, 13).map((digits) => Number(digits ?? 0));
  const milliseconds = Number((match[13] ?? '').padEnd(3, '0').slice(0, 3));
  const zone = offset(match[14]);
  return zone === undefined
    ? undefined
    : instant([year, month, day], [hour, minute, second, milliseconds], zone);
}

/** Milliseconds that a zone is ahead of UTC; undefined for a zone that does not exist. */
function offset(zone: string | undefined): number | undefined {
  if (zone === undefined) return SHANGHAI;
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}

type Parts = readonly (number | undefined)[];

/** The instant of a local date and time; undefined when there is no such day or hour. */
function instant([year = 0, month = 0, day = 0]: Parts, clock: Parts, zone: number): number | undefined {
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = clock;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return exists ? date.getTime() - zone : undefined;
}
