import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asMoodtapeError } from '../../errors.js';
import type { Parameter, Parameters } from '../../model/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../model/safetensors.js';
import { type HiddenStates, hiddenStates } from '../../training/frozen-layers.js';
import type { Model } from '../../training/model.js';
import { isAbove } from '../../training/phases/phase.js';

/** What a value takes in the file: halves are enough for what was normalised by the layer before. */
const VALUE_BYTES = 2;

/**
 * What the frozen layers say of texts, kept from one refit to the next, by the texts' tokens, in one file for these layers'
 * weights. It holds the texts of the last refit, whatever they take, and of the earlier ones as many as fit into `bytes`.
 *
 * States are always those that the file holds, and it is written in one step before any is handed out: a refit that is
 * repeated after a crash learns from the same numbers.
 *
 * @throws MoodtapeError MT_FILE when the folder cannot be used.
 */
export function cachedStates(folder: string, bytes: number): HiddenStates {
  return async (model, layers, texts) => {
    const file = join(folder, `${fingerprintOf(model, layers)}.safetensors`);
    const names = texts.map(nameOf);
    const wanted = new Map(names.map((name, i) => [name, texts[i] ?? new Int32Array()]));
    try {
      const known = await readStates(file);
      const missing = [...wanted].filter(([name]) => !known.has(name));
      const states =
        missing.length === 0
          ? known
          : await replaceFile(
              file,
              bounded(new Map([...known, ...(await computed(model, layers, missing))]), wanted, bytes),
            );
      return names.map((name) => states.get(name)?.data ?? new Float32Array());
    } catch (error) {
      throw asMoodtapeError(error, 'MT_FILE');
    }
  };
}

type NamedText = readonly [name: string, ids: Int32Array];

async function computed(model: Model, layers: number, texts: readonly NamedText[]): Promise<Parameters> {
  const states = await hiddenStates(
    model,
    layers,
    texts.map(([, ids]) => ids),
  );
  const { hidden } = model.spec.encoder;
  return new Map(
    texts.map(([name, { length }], i): [string, Parameter] => [
      name,
      { shape: [length, hidden], data: states[i] ?? new Float32Array() },
    ]),
  );
}

/** The wanted ones and, of the others, as many as there is room for. */
function bounded(states: Parameters, wanted: ReadonlyMap<string, unknown>, bytes: number): Parameters {
  const wantedFirst = [...states].sort(([a], [b]) => Number(wanted.has(b)) - Number(wanted.has(a)));
  let size = 0;
  return new Map(
    wantedFirst.filter(([name, { data }]) => {
      size += VALUE_BYTES * data.length;
      return wanted.has(name) || size <= bytes;
    }),
  );
}

async function readStates(file: string): Promise<Parameters> {
  return existsSync(file) ? decodeSafetensors(await readFile(file)) : new Map();
}

/** @returns what the file then holds */
async function replaceFile(file: string, states: Parameters): Promise<Parameters> {
  const folder = dirname(file);
  const encoded = encodeSafetensors(states, 'F16');
  const temporary = join(folder, `${randomUUID()}.new`);
  await mkdir(folder, { recursive: true });
  await writeFile(temporary, encoded);
  await rename(temporary, file);
  // Of other weights, or of a process that was killed.
  const others = (await readdir(folder)).filter((name) => name !== basename(file));
  await Promise.all(others.map((name) => rm(join(folder, name), { force: true })));
  return decodeSafetensors(encoded);
}

const nameOf = (ids: Int32Array) =>
  createHash('sha256')
    .update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    .digest('hex');

/** Of all that the states follow from beside the tokens. */
function fingerprintOf({ spec, parameters }: Model, layers: number): string {
  const above = isAbove(layers);
  const hash = createHash('sha256').update(JSON.stringify([spec.encoder, spec.ffnExperts, layers]));
  for (const [name, { data }] of [...parameters].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!above(name)) hash.update(name).update(data);
  }
  return hash.digest('hex').slice(0, 16);
}
