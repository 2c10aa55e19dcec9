import { describe, inject, it } from 'vitest';
import { FOLDERS, type FolderName, SERVICES, type ServiceAddresses, type ServiceName } from './services.js';

/**
 * `describe` for tests that need a service. Where it is not installed they are skipped by name, with the way to install it;
 * with MOODTAPE_REQUIRE_SERVICES=1 they fail.
 *
 * The plain form gives the address of the one server that all test files of the run share, so its tests make topics and keys of
 * their own. With `Own` nothing is started: the tests start a server that they may stop, crash or secure. What cannot be started
 * has a folder instead.
 */
export const describeWithKafka = shared('Kafka');
export const describeWithRedis = shared('Redis');
export const describeWithRegistry = shared('Registry');
export const describeWithChromium = shared('Chromium');
export const describeWithOwnKafka = own('Kafka');
export const describeWithOwnRedis = own('Redis');
export const describeWithOwnRegistry = own('Registry');
export const describeWithMiniLm = folder('MiniLm');
export const describeWithTfjsNode = folder('TfjsNode');

function shared<Name extends ServiceName>(service: Name) {
  return (name: string, body: (address: NonNullable<ServiceAddresses[Name]>) => void): void => {
    const address = inject('services')[service];
    if (address) describe(name, () => body(address));
    else if (!SERVICES[service].find()) describeAbsent(service, SERVICES[service].install, name);
    else throw new Error(`${service} starts for test files that call describeWith${service} themselves`);
  };
}

function own(service: ServiceName) {
  return (name: string, body: () => void): void => {
    if (SERVICES[service].find()) describe(name, body);
    else describeAbsent(service, SERVICES[service].install, name);
  };
}

function folder(what: FolderName) {
  return (name: string, body: (folder: string) => void): void => {
    const found = FOLDERS[what].find();
    if (found) describe(name, () => body(found));
    else describeAbsent(what, FOLDERS[what].install, name);
  };
}

function describeAbsent(what: string, install: string, name: string): void {
  const absence = `${what} is not installed: ${install}`;
  const required = process.env.MOODTAPE_REQUIRE_SERVICES === '1';
  it.skipIf(!required)(`${name} (${absence})`, () => {
    throw new Error(absence);
  });
}
