import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that an operating system gives to outgoing connections: one of those could take the port of a server
 * that is stopped for a moment, and a client that tries to reach it again can even be connected to itself.
 */
const FIRST_PORT = 20_000;
/** A server listens on its port only later, so each is given once, and each process that runs tests gives some of its own. */
const PROCESSES = 12;
const SHARE = 1_000;

const first = FIRST_PORT + SHARE * (Number(process.env.VITEST_POOL_ID ?? 0) % PROCESSES);
let given = Math.floor(Math.random() * SHARE);

/** A port of the loopback interface on which nothing listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + (given++ % SHARE);
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
