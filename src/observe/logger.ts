import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { scrub } from './scrub.js';

export type { Logger };

/** JSON lines without secrets, on stderr when no stream is given: stdout belongs to what a command answers. */
export function createLogger(level: string, stream?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (name) => ({ level: name }) },
      hooks: { streamWrite: scrub },
    },
    stream ?? destination({ fd: 2, sync: true }),
  );
}
