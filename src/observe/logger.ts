import { destination, type Logger, pino } from 'pino';

export type { Logger };

/** Keys whose values never reach a log line, at the top or one level down. */
const SECRETS = ['password', 'token', 'secret', 'apiKey', 'authorization', 'sasl', 'ssl'];

/** JSON lines on stderr; stdout belongs to what a command answers. */
export function createLogger(level: string): Logger {
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`]);
  return pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"`, redact: { paths } },
    destination({ fd: 2, sync: true }),
  );
}
