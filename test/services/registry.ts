import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { findFolder } from './installed.js';
import { findJava, smallJava } from './java.js';
import { dataFolder, LocalServer } from './local-server.js';

/** Of Apicurio Registry; 3.3 needs Java 21. */
export const REGISTRY_VERSION = '3.0.9';
export const REGISTRY_FOLDER = `apicurio-registry-${REGISTRY_VERSION}`;
/** Where Apicurio speaks as Confluent's Schema Registry does. */
const CONFLUENT_PATH = '/apis/ccompat/v7';

export interface RegistryAddress {
  readonly url: string;
}

export interface SecuredRegistryAddress extends RegistryAddress {
  /** Of HTTP basic authentication; whoever comes without them gets 401. */
  readonly username: string;
  readonly password: string;
}

/** The folder of the registry, where it and Java are installed. */
export function findRegistry(): string | undefined {
  return findJava() && findFolder(REGISTRY_FOLDER);
}

/** Starts a registry that speaks with anyone on this machine. Its schemas are there again after `halt` and `resume`. */
export async function startRegistry(): Promise<LocalServer<RegistryAddress>> {
  const port = await freePort();
  return start(port, { url: confluentUrl(port) }, {});
}

/** Starts a registry that asks for a username and a password. */
export async function startSecuredRegistry(): Promise<LocalServer<SecuredRegistryAddress>> {
  const port = await freePort();
  const username = 'moodtape';
  const password = randomBytes(12).toString('hex');
  return start(
    port,
    { url: confluentUrl(port), username, password },
    {
      'quarkus.security.users.embedded.plain-text': true,
      [`quarkus.security.users.embedded.users.${username}`]: password,
      [`quarkus.security.users.embedded.roles.${username}`]: 'admin',
      'quarkus.http.auth.basic': true,
      'quarkus.http.auth.permission.all.paths': '/*',
      'quarkus.http.auth.permission.all.policy': 'authenticated',
    },
  );
}

function confluentUrl(port: number): string {
  return `http://127.0.0.1:${port}${CONFLUENT_PATH}`;
}

async function start<Address>(
  port: number,
  address: Address,
  more: Readonly<Record<string, string | boolean>>,
): Promise<LocalServer<Address>> {
  const installed = findRegistry();
  if (!installed) throw new Error('The schema registry is not installed: npm run services:install');
  const folder = await dataFolder('registry');
  const properties = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.banner.enabled': false,
    'quarkus.log.category."io.quarkus".level': 'INFO',
    'quarkus.log.category."io.quarkus.http.access-log".level': 'OFF',
    'apicurio.datasource.url': `jdbc:h2:file:${join(folder, 'schemas')}`,
    ...more,
  };
  return LocalServer.start(address, {
    name: 'The schema registry',
    command: 'java',
    args: [
      ...smallJava('256m'),
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      ...['-jar', join(installed, `apicurio-registry-app-${REGISTRY_VERSION}-runner.jar`)],
    ],
    folder,
    ready: /Listening on: http/,
  });
}
