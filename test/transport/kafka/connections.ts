import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const CHANNEL = 'net.client.socket';

/** Counts the connections that this process opens to brokers, from now until its test ends. */
export class Connections {
  readonly #ports: ReadonlySet<string>;
  /** So far. */
  opened = 0;
  /** Of those that were opened since, how many are open now. */
  open = 0;

  constructor(brokers: readonly string[]) {
    this.#ports = new Set(brokers.map((broker) => broker.slice(broker.lastIndexOf(':') + 1)));
    const onSocket = (message: unknown) => this.#watch(message);
    subscribe(CHANNEL, onSocket);
    onTestFinished(() => {
      unsubscribe(CHANNEL, onSocket);
    });
  }

  #watch(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return;
    const { socket } = message;
    if (!(socket instanceof Socket)) return;
    socket.once('connect', () => {
      if (!this.#ports.has(String(socket.remotePort))) return;
      this.opened++;
      this.open++;
      socket.once('close', () => {
        this.open--;
      });
    });
  }
}
