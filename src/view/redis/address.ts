import { MoodtapeError } from '../../errors.js';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  readonly tls: boolean;
}

const DEFAULT_PORT = 6379;

/** How a server is named in errors and logs. */
export function serverOf({ host, port }: RedisAddress): string {
  return `${host}:${port}`;
}

/**
 * Reads `redis://user:password@host:port/database`, or `rediss://` for TLS; all but the host may be left out.
 *
 * @throws MoodtapeError MT_CONFIG; the URL, which may hold a password, is not repeated.
 */
export function parseRedisUrl(url: string): RedisAddress {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(url);
    const database = /^\/?(\d{0,5})$/.exec(pathname)?.[1];
    const isRedis = protocol === 'redis:' || protocol === 'rediss:';
    if (isRedis && hostname !== '' && database !== undefined && search === '' && hash === '') {
      return {
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port: Number(port || DEFAULT_PORT),
        username: decodeURIComponent(username) || undefined,
        password: decodeURIComponent(password) || undefined,
        database: Number(database),
        tls: protocol === 'rediss:',
      };
    }
  } catch {
    // The error would repeat the URL.
  }
  throw new MoodtapeError('MT_CONFIG', 'the URL of Redis cannot be read', {
    remedy:
      'write redis://user:password@host:port/database (rediss:// for TLS), with signs such as / # @ % in the password percent-encoded',
  });
}
