import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Address, listen } from '../listen.js';
import type { Logger } from '../observe/logger.js';
import { createApp } from './app.js';
import type { Rate } from './security/rate-limit.js';
import type { Sources } from './sources.js';
import { StreamClients } from './stream/clients.js';
import { EventLog } from './stream/event-log.js';

export interface DashboardOptions extends Address {
  /** What clients must show; undefined where only this machine can ask. */
  readonly token?: string | undefined;
  /** Of the requests of one client address. */
  readonly rate?: Rate;
  /** Clients of the stream at a time. */
  readonly mostClients?: number;
  readonly logger: Logger;
}

export interface Dashboard {
  /** Where the page is. */
  readonly url: string;
  close(): Promise<void>;
}

/** A page asks for some ten things at once, and again every few seconds. */
const RATE: Rate = { requests: 600, everyMs: 60_000 };
const MOST_CLIENTS = 2_000;

/**
 * Serves the dashboard: the page, and the API that it and others read (docs/dashboard.md).
 *
 * @throws MoodtapeError MT_LISTEN when it cannot listen there.
 */
export async function serveDashboard(sources: Sources, options: DashboardOptions): Promise<Dashboard> {
  const { host, token, rate = RATE, mostClients = MOST_CLIENTS, logger } = options;
  const clients = new StreamClients(new EventLog(sources), mostClients, logger);
  const app = createApp(sources, { host, token, rate, clients, logger });
  const server = createServer(getRequestListener(app.fetch));
  const listening = await listen(server, options, 'the dashboard');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}/`;
  logger.info({ url }, 'serving the dashboard');
  return {
    url,
    close: async () => {
      clients.close();
      await listening.close();
    },
  };
}
