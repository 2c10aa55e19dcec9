import { createMiddleware } from 'hono/factory';
import { refusal } from '../refusal.js';

/** Nothing can be changed here. */
export const readingOnly = createMiddleware(async (c, next) => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    c.header('allow', 'GET, HEAD');
    throw refusal(405, 'MT_REQUEST', `${c.req.method} is not allowed`, 'use GET');
  }
  await next();
});
