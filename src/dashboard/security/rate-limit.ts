import { getConnInfo } from '@hono/node-server/conninfo';
import { createMiddleware } from 'hono/factory';
import { Refusal } from '../refusal.js';

export interface Rate {
  /** Requests of one address. */
  readonly requests: number;
  /** Milliseconds in which it may send them. */
  readonly everyMs: number;
}

/** Lets each address have so many requests in a stretch of time. What is remembered is gone with the stretch. */
export function rateLimit({ requests, everyMs }: Rate) {
  let until = 0;
  const seen = new Map<string, number>();
  return createMiddleware(async (c, next) => {
    const now = performance.now();
    if (now >= until) {
      seen.clear();
      until = now + everyMs;
    }
    const { address = '' } = getConnInfo(c).remote;
    const count = (seen.get(address) ?? 0) + 1;
    seen.set(address, count);
    if (count > requests) {
      throw new Refusal(429, 'MT_BUSY', `more than ${requests} requests in ${everyMs / 1000} s`, {
        headers: { 'retry-after': String(Math.ceil((until - now) / 1000)) },
      });
    }
    await next();
  });
}
