/** Where the markets are; all times on the page are times there. */
export const TIME_ZONE = 'Asia/Shanghai';

const MINUS = '\u2212';

/** `+0.123`, `−0.123`, `0.000`. */
export function signed(value: number, digits = 2): string {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? MINUS : '+'}${size}`;
}

/** `12.3 %`; of no number `–`. */
export function percent(share: number, digits = 0): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)}\u202f%` : '–';
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12,345`. */
export const whole = (value: number): string => WHOLE.format(value);

/** `12.3`, `1,234`: three digits at least. */
export const rate = (value: number): string => (value < 100 ? value.toFixed(1) : whole(value));

/** `412 ms`, `1.24 s`; of nothing `–`. */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)}\u202fms`;
  return `${(ms / 1_000).toFixed(2)}\u202fs`;
}

/** Shanghai has had no summer time since 1991. */
const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** `2026-03-02 09:31:05` */
export const dateTime = (ms: number): string =>
  new Date(ms + SHANGHAI_MS).toISOString().slice(0, 19).replace('T', ' ');

/** `09:31:05` */
export const clock = (ms: number): string => dateTime(ms).slice(11);

/** When a window began, as precise as its length needs: `09:31`, `03-02 09:00`, `2026-03-02`. */
export function windowStart(ms: number, window: string): string {
  const text = dateTime(ms);
  if (window === '1d') return text.slice(0, 10);
  return window === '1h' ? text.slice(5, 16) : text.slice(11, 16);
}

/** Bounds of a day given as YYYY-MM-DD, in milliseconds since the epoch; undefined when it is no day. */
export function dayBounds(day: string): { readonly first: number; readonly last: number } | undefined {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc)) return undefined;
  return { first: utc - SHANGHAI_MS, last: utc - SHANGHAI_MS + DAY_MS - 1 };
}

/** The first characters of a version's hash. */
export const shortVersion = (version: string): string => version.slice(0, 12);
