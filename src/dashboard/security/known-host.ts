import { createMiddleware } from 'hono/factory';
import { Refusal } from '../refusal.js';
import { isLoopback } from './loopback.js';

/** Addresses that stand for all of a machine, by whatever name it is reached. */
const ANY = ['0.0.0.0', '::'];

/**
 * Lets only requests pass that name this machine or the configured host, and none that a page of another site has sent. So no such
 * page reads the dashboard, not even one whose name leads here (DNS rebinding). Where the host is any, the token stands guard: the
 * cookie belongs to one name.
 */
export function knownHost(host: string) {
  return createMiddleware(async (c, next) => {
    const name = hostOf(c.req.header('host'));
    const isKnown = ANY.includes(host) || (name !== undefined && (isLoopback(name) || name === host));
    if (!isKnown) {
      throw new Refusal(403, 'MT_ACCESS', 'the request is for another host', {
        remedy: 'open it as http://127.0.0.1, or by the configured host',
      });
    }
    if (c.req.path.startsWith('/api/') && c.req.header('sec-fetch-site') === 'cross-site') {
      throw new Refusal(403, 'MT_ACCESS', 'the request comes from a page of another site', {
        remedy: 'ask from a server of yours',
      });
    }
    await next();
  });
}

function hostOf(header = ''): string | undefined {
  return URL.canParse(`http://${header}`) ? new URL(`http://${header}`).hostname : undefined;
}
