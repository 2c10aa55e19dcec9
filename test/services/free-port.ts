import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that an operating system gives to outgoing connections: one of those could take the port of a server
 * that is stopped for a moment, and a client that tries to reach it again can even be connected to itself.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A port of the loopback interface on which nothing listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
