import type { Logger } from '../observe/logger.js';

/** What the client of a server has to say. */
export interface ClientEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** Takes a client's entries into the log. */
export function clientLog(logger: Logger): (entry: ClientEntry) => void {
  return ({ level, message, fields }) => logger[level](fields, message);
}
