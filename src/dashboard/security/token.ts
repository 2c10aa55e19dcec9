import { createHash, timingSafeEqual } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { Refusal } from '../refusal.js';

const COOKIE = 'moodtape';

/**
 * Lets only those pass who know the token: as `Authorization: Bearer`, or by the cookie that `/?token=` has set, which holds a hash of
 * it. Comparing takes as long whatever is wrong.
 */
export function tokenGuard(token: string) {
  const hash = sha256(token);
  const isToken = (text: string) => timingSafeEqual(sha256(text), hash);
  const cookie = hash.toString('hex');
  const cookieHash = sha256(cookie);
  const isCookie = (text: string) => timingSafeEqual(sha256(text), cookieHash);

  return createMiddleware(async (c, next) => {
    const shown = c.req.path === '/' ? c.req.query('token') : undefined;
    if (shown !== undefined && isToken(shown)) {
      setCookie(c, COOKIE, cookie, { httpOnly: true, sameSite: 'Strict', path: '/' });
      // Out of the address bar and of the history.
      return c.redirect('/', 303);
    }
    const [, bearer = ''] = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (!isToken(bearer) && !isCookie(getCookie(c, COOKIE) ?? '')) {
      throw new Refusal(401, 'MT_ACCESS', 'the token is missing or wrong', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    return next();
  });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
