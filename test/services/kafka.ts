import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificate } from './certificate.js';
import { freePort } from './free-port.js';
import { findFolder } from './installed.js';
import { findJava, smallJava } from './java.js';
import { dataFolder, LocalServer } from './local-server.js';

export const KAFKA_VERSION = '4.2.2';
export const KAFKA_FOLDER = `kafka-${KAFKA_VERSION}`;

export interface KafkaAddress {
  /** host:port */
  readonly brokers: readonly string[];
  /** What a broker needs to know that is to join. */
  readonly cluster: { readonly id: string; readonly controller: string };
}

/** A broker that a stranger cannot talk to; the certificate is its own authority and stands for client and broker. */
export interface SecuredKafkaAddress {
  /** TLS and SASL: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 with the username and the password. */
  readonly saslBrokers: readonly string[];
  /** TLS where the client must show a certificate, and no SASL. */
  readonly tlsBrokers: readonly string[];
  readonly username: string;
  readonly password: string;
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
}

type Properties = Readonly<Record<string, string | number | boolean>>;

/** One broker in one process (it is its own controller), made to start fast and to take little memory. */
const SMALL_BROKER: Properties = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': false,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
  // A broker that was killed is taken back when its session ends.
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 3000,
  // A test that lets a member or a transaction time out waits for as long as it asked for, not longer.
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 500,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
};

/** The folder of Kafka's jars, where it and Java are installed. */
export function findKafka(): string | undefined {
  return findJava() && findFolder(KAFKA_FOLDER);
}

/** Starts a broker that anyone on this machine may talk to. */
export async function startKafka(): Promise<LocalServer<KafkaAddress>> {
  const [client, controller] = [await freePort(), await freePort()];
  const properties = {
    ...plainListeners(`127.0.0.1:${controller}`),
    listeners: `CLIENT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}`,
  };
  const cluster = { id: newCluster(), controller: `127.0.0.1:${controller}` };
  const address = { brokers: [`127.0.0.1:${client}`], cluster };
  return start(address, await dataFolder('kafka'), cluster.id, properties, []);
}

/** Starts a second broker beside one of `startKafka`: its `node.id` is 2, and it is no controller. */
export async function startSecondKafka({ cluster }: KafkaAddress): Promise<LocalServer<KafkaAddress>> {
  const client = await freePort();
  const properties = {
    ...plainListeners(cluster.controller),
    'process.roles': 'broker',
    'node.id': 2,
    listeners: `CLIENT://127.0.0.1:${client}`,
  };
  const address = { brokers: [`127.0.0.1:${client}`], cluster };
  return start(address, await dataFolder('kafka'), cluster.id, properties, []);
}

/** Starts a broker with TLS, and with SASL or certificates of clients. */
export async function startSecuredKafka(): Promise<LocalServer<SecuredKafkaAddress>> {
  const folder = await dataFolder('kafka');
  const certificate = await makeCertificate(folder);
  const username = 'moodtape';
  const password = randomBytes(12).toString('hex');
  const [sasl, tls, controller] = [await freePort(), await freePort(), await freePort()];
  const store = join(folder, 'store.pem');
  await writeFile(store, certificate.key + certificate.cert);
  const properties = {
    listeners: `SASL://127.0.0.1:${sasl},TLS://127.0.0.1:${tls},CONTROLLER://127.0.0.1:${controller}`,
    'inter.broker.listener.name': 'TLS',
    'listener.security.protocol.map': 'SASL:SASL_SSL,TLS:SSL,CONTROLLER:PLAINTEXT',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': store,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'certificate.pem'),
    'listener.name.tls.ssl.client.auth': 'required',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': `${loginModule('plain.Plain')} user_${username}="${password}";`,
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${loginModule('scram.Scram')};`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${loginModule('scram.Scram')};`,
  };
  const scramUsers = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const [saslBrokers, tlsBrokers] = [[`127.0.0.1:${sasl}`], [`127.0.0.1:${tls}`]];
  return start(
    { saslBrokers, tlsBrokers, username, password, ...certificate },
    folder,
    newCluster(),
    properties,
    scramUsers,
  );
}

function loginModule(name: string): string {
  return `org.apache.kafka.common.security.${name}LoginModule required`;
}

function plainListeners(controller: string): Properties {
  return {
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.quorum.voters': `1@${controller}`,
  };
}

function newCluster(): string {
  return randomBytes(16).toString('base64url');
}

async function start<Address>(
  address: Address,
  folder: string,
  cluster: string,
  properties: Properties,
  formatting: readonly string[],
): Promise<LocalServer<Address>> {
  const jars = findKafka();
  if (!jars) throw new Error('Kafka is not installed: npm run services:install');
  const settings = join(folder, 'server.properties');
  const lines = Object.entries({ ...SMALL_BROKER, ...properties, 'log.dirs': join(folder, 'log') });
  await writeFile(settings, lines.map(([name, value]) => `${name}=${value}\n`).join(''));
  const java = [...smallJava('384m'), '-cp', join(jars, '*')];
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${cluster}`, '--config', settings];
  await promisify(execFile)('java', [...java, ...format, ...formatting]);
  return LocalServer.start(address, {
    name: 'Kafka',
    command: 'java',
    args: [
      ...java,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
      ...['kafka.Kafka', settings],
    ],
    folder,
    ready: /Kafka Server started/,
  });
}
