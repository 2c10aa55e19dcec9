import { createMiddleware } from 'hono/factory';
import { Refusal } from '../refusal.js';

/** Nothing can be changed here. */
export const readingOnly = createMiddleware(async (c, next) => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    throw new Refusal(405, 'MT_REQUEST', `${c.req.method} is not allowed`, {
      remedy: 'use GET',
      headers: { allow: 'GET, HEAD' },
    });
  }
  await next();
});
