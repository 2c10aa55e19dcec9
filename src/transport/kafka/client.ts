import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { logCreatorFor } from './logs.js';
import type { KafkaOptions } from './options.js';
import { saslMechanism } from './repairs/sasl-failures.js';
import { Sockets } from './sockets.js';
import './compression.js';
import './repairs/partial-answers.js';
import './repairs/request-timers.js';

/** About ten seconds of attempts in all; what must go on for longer begins anew. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };
const CONNECTION_TIMEOUT_MS = 10_000;

/** kafkajs, and the end of what it leaves open. */
export class Client extends Kafka {
  readonly #sockets: Sockets;

  constructor(config: Omit<KafkaConfig, 'socketFactory'>) {
    const sockets = new Sockets();
    super({ ...config, socketFactory: sockets.factory });
    this.#sockets = sockets;
  }

  /**
   * To be called when all that was made with it is disconnected: kafkajs forgets a broker that goes away, and with it the
   * connection that it makes when the broker is back.
   */
  close(): void {
    this.#sockets.close();
  }
}

/**
 * A client of the brokers; it connects when it is used. kafkajs lets all consumers and producers of one client share a
 * table of committed offsets by group, so whatever must not meddle with the offsets of another has a client of its own.
 */
export function createClient({ clientId, brokers, tls, sasl, onLog }: KafkaOptions): Client {
  return new Client({
    clientId,
    brokers: [...brokers],
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: saslMechanism(sasl) }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    retry: RETRY,
    logLevel: onLog ? logLevel.INFO : logLevel.NOTHING,
    ...(onLog && { logCreator: logCreatorFor(onLog) }),
  });
}
