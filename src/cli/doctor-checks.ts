import '../no-telemetry.js';

import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { z } from 'zod';
import { packagePath, type Settings, userPath } from '../config.js';
import { DEVICES } from '../inference/device.js';
import { loadBundle } from '../model/bundle.js';
import { openEngine } from '../open-engine.js';
import { scoreTexts } from '../score-texts.js';
import { BACKEND_NAMES } from '../training/backend.js';
import { openEmbeddedTransport } from '../transport/embedded/transport.js';

/** Something that moodtape needs or could use. */
export interface Check {
  readonly name: string;
  /** Without it moodtape does not work. */
  readonly needed: boolean;
  /** What there is; throws when it is missing. */
  readonly look: (settings: Settings) => Promise<string>;
}

export const CHECKS: readonly Check[] = [
  { name: 'node', needed: true, look: nodeVersion },
  {
    name: 'machine',
    needed: true,
    look: async () => `${availableParallelism()} cores, ${memory()} GB, ${system()}`,
  },
  { name: 'onnxruntime', needed: true, look: inferenceDevices },
  { name: 'model', needed: true, look: model },
  { name: 'first score', needed: true, look: firstScore },
  ...DEVICES.filter(({ name }) => name !== 'cpu').map(({ name }) => ({
    name: `device: ${name}`,
    needed: false,
    look: (settings: Settings) => device({ ...settings, device: name }),
  })),
  { name: 'log', needed: true, look: log },
  { name: 'home folder', needed: true, look: homeFolder },
  ...BACKEND_NAMES.map((name) => ({
    name: `training: ${name}`,
    needed: name === 'wasm',
    look: () => trainingBackend(name),
  })),
];

const manifestSchema = z.object({ engines: z.object({ node: z.string() }) });

async function nodeVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(packagePath('package.json'), 'utf8'));
  const { node } = manifestSchema.parse(manifest).engines;
  const [major = 0, minor = 0] = numbers(process.versions.node);
  const [leastMajor = 0, leastMinor = 0] = numbers(node);
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    throw new Error(`${process.versions.node}, but moodtape needs ${node}`);
  }
  return process.versions.node;
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

const memory = () => Math.round(totalmem() / 2 ** 30);
const system = () => `${process.platform} ${process.arch}`;

async function inferenceDevices(): Promise<string> {
  const bundled = listSupportedBackends().filter((backend) => backend.bundled);
  return `brings ${bundled.map(({ name }) => name).join(', ')}`;
}

async function model({ model }: Settings): Promise<string> {
  const { name, version, dir } = await loadBundle(userPath(model));
  return `${name} ${version} in ${dir}, checksums are right`;
}

async function firstScore(settings: Settings): Promise<string> {
  const started = performance.now();
  const engine = await openEngine(settings);
  try {
    await scoreTexts(engine, ['股市上涨']);
    return `${Math.round(performance.now() - started)} ms after the start, on ${engine.runtime}`;
  } finally {
    await engine.close();
  }
}

async function log(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-doctor-'));
  try {
    const transport = openEmbeddedTransport(folder);
    await transport.ensureTopics([{ name: 'doctor', partitions: 1 }]);
    await transport.append([{ topic: 'doctor', key: null, value: null }]);
    await transport.close();
    return `lmdb writes in ${tmpdir()}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function device(settings: Record<string, unknown>): Promise<string> {
  const wishes = JSON.stringify({ ...settings, precision: 'auto', workers: 1 });
  return apart(
    '../open-engine.js',
    `({ openEngine }) => openEngine(${wishes}).then(({ runtime }) => runtime)`,
  );
}

async function trainingBackend(name: string): Promise<string> {
  return apart('../training/backend.js', `({ loadBackend }) => loadBackend('${name}').then(() => 'loads')`);
}

/**
 * What a function of a module says. It runs in a process of its own: libraries get in each other's way, write a great deal
 * about it, and may crash.
 */
async function apart(module: string, code: string): Promise<string> {
  const url = new URL(module, import.meta.url).href;
  const script = `
    const say = (text, code) => process.stdout.write(text, () => process.exit(code));
    const told = ({ message, remedy }) => say(remedy ? message + '; ' + remedy : message, 1);
    import('${url}').then(${code}).then((text) => say(text, 0)).catch(told);`;
  const args = [...process.execArgv, '--eval', script];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stdout || error.message));
    });
  });
}

async function homeFolder({ home }: Settings): Promise<string> {
  let folder = resolve(home);
  while (!existsSync(folder)) folder = dirname(folder);
  await access(folder, constants.W_OK);
  return `${resolve(home)} can be written`;
}
