import { once } from 'node:events';
import type { Server } from 'node:http';
import { MoodtapeError, messageOf } from './errors.js';

export interface Address {
  /** 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface Listening {
  /** The port that it has. */
  readonly port: number;
  /** Cuts the connections that are open. */
  close(): Promise<void>;
}

/**
 * Lets a server listen.
 *
 * @param what it serves, for the error
 * @throws MoodtapeError MT_LISTEN when it cannot listen there.
 */
export async function listen(server: Server, { host, port }: Address, what: string): Promise<Listening> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const message = `cannot serve ${what} on ${host}:${port}: ${messageOf(cause)}`;
    throw new MoodtapeError('MT_LISTEN', message, { cause });
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
