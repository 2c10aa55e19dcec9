import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const CHANNEL = 'net.client.socket';

/** Shows each socket that this process opens, from now until its test ends. */
export function onSocket(watch: (socket: Socket) => void): void {
  const onMessage = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return;
    if (message.socket instanceof Socket) watch(message.socket);
  };
  subscribe(CHANNEL, onMessage);
  onTestFinished(() => {
    unsubscribe(CHANNEL, onMessage);
  });
}

/** Counts the connections that this process opens to brokers, from now until its test ends. */
export class Connections {
  readonly #ports: ReadonlySet<string>;
  /** So far. */
  opened = 0;
  /** Of those that were opened since, how many are open now. */
  open = 0;

  constructor(brokers: readonly string[]) {
    this.#ports = new Set(brokers.map((broker) => broker.slice(broker.lastIndexOf(':') + 1)));
    onSocket((socket) => this.#watch(socket));
  }

  #watch(socket: Socket): void {
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
