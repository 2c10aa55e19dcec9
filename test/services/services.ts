import { findKafka, type KafkaAddress, startKafka } from './kafka.js';
import type { LocalServer } from './local-server.js';
import { findRedis, type RedisAddress, startRedis } from './redis.js';
import { findRegistry, type RegistryAddress, startRegistry } from './registry.js';

export const SERVICE_NAMES = ['Kafka', 'Redis', 'Registry'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

interface Addresses {
  readonly Kafka: KafkaAddress;
  readonly Redis: RedisAddress;
  readonly Registry: RegistryAddress;
}

/** Where the started services are; one that was not started has no address. */
export type ServiceAddresses = { readonly [Name in ServiceName]: Addresses[Name] | undefined };

interface Service<Address> {
  readonly find: () => string | undefined;
  readonly start: () => Promise<LocalServer<Address>>;
  /** The command that installs it. */
  readonly install: string;
}

export const SERVICES: { readonly [Name in ServiceName]: Service<Addresses[Name]> } = {
  Kafka: { find: findKafka, start: startKafka, install: 'npm run services:install' },
  Redis: { find: findRedis, start: startRedis, install: 'apt-get install redis-server' },
  Registry: { find: findRegistry, start: startRegistry, install: 'npm run services:install' },
};

/** Starts those of the services that are installed, side by side. */
export async function startServices(
  names: Iterable<ServiceName>,
): Promise<{ readonly addresses: ServiceAddresses; stop(): Promise<void> }> {
  const wanted = new Set(names);
  const start = async <Name extends ServiceName>(name: Name) =>
    wanted.has(name) && SERVICES[name].find() ? SERVICES[name].start() : undefined;
  const [kafka, redis, registry] = await Promise.all([start('Kafka'), start('Redis'), start('Registry')]);
  return {
    addresses: { Kafka: kafka?.address, Redis: redis?.address, Registry: registry?.address },
    stop: async () => {
      await Promise.all([kafka?.stop(), redis?.stop(), registry?.stop()]);
    },
  };
}
