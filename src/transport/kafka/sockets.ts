import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/** The sockets of one client. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #closed = false;

  /**
   * Sockets as kafkajs makes them, but without Nagle's algorithm, by which the last part of a request waits for the broker to
   * acknowledge the others; and without Node's warning at the eleventh of the listeners that kafkajs leaves at a socket whose
   * broker is away.
   */
  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.#closed) throw closedError();
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
      : connectPlain({ host, port }, onConnect);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS).setMaxListeners(0);
  };

  /** Ends those that kafkajs has not ended, and allows no more. An error, because kafkajs stops its timers at nothing less. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#open) if (!socket.writableEnded) socket.destroy(closedError());
  }
}

function closedError(): Error {
  return new Error('the client is closed');
}
