import { type ChromiumAddress, findChromium, startChromium } from './chromium.js';
import { findKafka, type KafkaAddress, startKafka } from './kafka.js';
import type { LocalServer } from './local-server.js';
import { findMiniLm } from './minilm.js';
import { findRedis, type RedisAddress, startRedis } from './redis.js';
import { findRegistry, type RegistryAddress, startRegistry } from './registry.js';
import { findTfjsNode } from './tfjs-node.js';

/** What moodtape works with. */
export const SERVER_NAMES = ['Kafka', 'Redis', 'Registry'] as const;
export const SERVICE_NAMES = [...SERVER_NAMES, 'Chromium'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

interface Addresses {
  readonly Kafka: KafkaAddress;
  readonly Redis: RedisAddress;
  readonly Registry: RegistryAddress;
  readonly Chromium: ChromiumAddress;
}

/** Where the started services are; one that was not started has no address. */
export type ServiceAddresses = { readonly [Name in ServiceName]: Addresses[Name] | undefined };

interface Installable {
  readonly find: () => string | undefined;
  /** The command that installs it. */
  readonly install: string;
}

interface Service<Address> extends Installable {
  readonly start: () => Promise<LocalServer<Address>>;
}

export const SERVICES: { readonly [Name in ServiceName]: Service<Addresses[Name]> } = {
  Kafka: { find: findKafka, start: startKafka, install: 'npm run services:install' },
  Redis: { find: findRedis, start: startRedis, install: 'apt-get install redis-server' },
  Registry: { find: findRegistry, start: startRegistry, install: 'npm run services:install' },
  Chromium: { find: findChromium, start: startChromium, install: 'apt-get install chromium' },
};

/** What is not started: `find` gives the folder that holds it. */
export const FOLDERS = {
  MiniLm: { find: findMiniLm, install: 'npm run services:install' },
  TfjsNode: { find: findTfjsNode, install: 'npm run services:install' },
} as const satisfies Readonly<Record<string, Installable>>;
export type FolderName = keyof typeof FOLDERS;

/** All that the tests may need, by name. */
export const INSTALLABLES: Readonly<Record<string, Installable>> = { ...SERVICES, ...FOLDERS };

/** Starts those of the services that are installed, side by side. */
export async function startServices(
  names: Iterable<ServiceName>,
): Promise<{ readonly addresses: ServiceAddresses; stop(): Promise<void> }> {
  const wanted = new Set(names);
  const start = async <Name extends ServiceName>(name: Name) =>
    wanted.has(name) && SERVICES[name].find() ? SERVICES[name].start() : undefined;
  const [kafka, redis, registry, chromium] = await Promise.all([
    start('Kafka'),
    start('Redis'),
    start('Registry'),
    start('Chromium'),
  ]);
  return {
    addresses: {
      Kafka: kafka?.address,
      Redis: redis?.address,
      Registry: registry?.address,
      Chromium: chromium?.address,
    },
    stop: async () => {
      await Promise.all([kafka?.stop(), redis?.stop(), registry?.stop(), chromium?.stop()]);
    },
  };
}
