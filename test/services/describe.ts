import { describe, inject, it } from 'vitest';
import { SERVICES, type ServiceAddresses, type ServiceName } from './services.js';

/**
 * `describe` for tests that need a service. Where it is not installed they are skipped by name, with the way to install it;
 * with MOODTAPE_REQUIRE_SERVICES=1 they fail.
 *
 * The plain form gives the address of the one server that all test files of the run share, so its tests make topics and keys of
 * their own. With `Own` nothing is started: the tests start a server that they may stop, crash or secure.
 */
export const describeWithKafka = shared('Kafka');
export const describeWithRedis = shared('Redis');
export const describeWithRegistry = shared('Registry');
export const describeWithOwnKafka = own('Kafka');
export const describeWithOwnRedis = own('Redis');
export const describeWithOwnRegistry = own('Registry');

function shared<Name extends ServiceName>(service: Name) {
  return (name: string, body: (address: NonNullable<ServiceAddresses[Name]>) => void): void => {
    const address = inject('services')[service];
    if (address) describe(name, () => body(address));
    else describeAbsent(service, name);
  };
}

function own(service: ServiceName) {
  return (name: string, body: () => void): void => {
    if (SERVICES[service].find()) describe(name, body);
    else describeAbsent(service, name);
  };
}

function describeAbsent(service: ServiceName, name: string): void {
  if (SERVICES[service].find()) {
    throw new Error(`${service} starts for test files that call describeWith${service} themselves`);
  }
  const absence = `${service} is not installed: ${SERVICES[service].install}`;
  const required = process.env.MOODTAPE_REQUIRE_SERVICES === '1';
  it.skipIf(!required)(`${name} (${absence})`, () => {
    throw new Error(absence);
  });
}
