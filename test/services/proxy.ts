import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';

/** A way to a server that can be cut. */
export interface Proxy {
  /** host:port */
  readonly address: string;
  /** Breaks all connections, and every new one until `restore`. */
  cut(): void;
  restore(): void;
}

/** A way to a server (host:port). The first connection over it is lost when the server has answered `answers` times. */
export async function openProxy(target: string, answers = Number.POSITIVE_INFINITY): Promise<Proxy> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const open = new Set<Socket>();
  let isCut = false;
  let left = answers;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    if (left === answers) far.on('data', () => --left === 0 && near.destroy());
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const own = await freePort();
  server.listen(own, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  onTestFinished(async () => {
    cut();
    server.close();
    await once(server, 'close');
  });
  return {
    address: `127.0.0.1:${own}`,
    cut,
    restore: () => {
      isCut = false;
    },
  };
}
