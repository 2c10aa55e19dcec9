import type { Type } from 'avsc';
import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import { resolve } from './avro.js';
import { persistently } from './persistently.js';
import { Refusal, type RegistryClient } from './registry-client.js';
import { parseWriterSchema, storedSchema, unreadable } from './writer-schema.js';

/** The subjects that a program has to do with, and the schema of each. */
export interface Subjects {
  /** Of topics that it writes. */
  readonly writes: Readonly<Record<string, Type>>;
  /** Of topics that it only reads. */
  readonly reads: Readonly<Record<string, Type>>;
}

/** A registered schema and its id. */
interface Registered {
  readonly id: number;
  readonly schema: Type;
}

/** The subject of a topic's values (TopicNameStrategy). */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}

/** How often a start asks: some three seconds, for a registry that starts beside it. */
const ATTEMPTS = 6;
const MAX_DIFFERENCES = 1000;

const idShape = z.object({ id: z.int().positive() });
const compatibilityShape = z.object({
  is_compatible: z.boolean(),
  messages: z.array(z.string()).nullish(),
});
const versionShape = storedSchema.extend(idShape.shape);

/**
 * The id of a schema that records are to be written with. One that the subject has already is taken as it is, so an
 * account that may only read will do, and an older program starts beside a newer one. A new one must go with the latest
 * version, and is registered.
 *
 * @throws MoodtapeError MT_SCHEMA when it does not go with the others or may not be registered, MT_SCHEMA_REGISTRY.
 */
export async function register(client: RegistryClient, subject: string, schema: Type): Promise<number> {
  const body = { schema: JSON.stringify(schema.schema({ exportAttrs: true })) };
  const post = <T>(path: string, shape: z.ZodType<T>) =>
    persistently(() => client.send('POST', path, shape, { body }), { attempts: ATTEMPTS });
  const refused = (refusal: Refusal) =>
    new MoodtapeError('MT_SCHEMA', `${client.address} refuses ${schema.name} for ${subject}: ${refusal}`, {
      remedy: `register ${fileOf(schema)} as a version of ${subject}, or give an account that may do so`,
    });

  const path = `/subjects/${encodeURIComponent(subject)}`;
  const known = await post(path, idShape);
  if (!(known instanceof Refusal)) return known.id;
  if (!known.isNotFound) throw client.failure(`does not say whether ${subject} has the schema: ${known}`);

  const verdict = await post(`/compatibility${path}/versions/latest?verbose=true`, compatibilityShape);
  if (verdict instanceof Refusal) {
    if (!verdict.isNotFound) throw refused(verdict);
  } else if (!verdict.is_compatible) {
    const differences = verdict.messages?.join('; ').slice(0, MAX_DIFFERENCES);
    const why = differences || (await differenceFrom(client, subject, schema));
    throw incompatible(subject, schema, `the latest version does not allow ${schema.name}: ${why}`);
  }

  const added = await post(`${path}/versions`, idShape);
  if (added instanceof Refusal) {
    throw added.status === 409 ? incompatible(subject, schema, added.message) : refused(added);
  }
  return added.id;
}

/**
 * The latest schema that a subject's records are written with; undefined when there is none.
 *
 * @throws MoodtapeError MT_SCHEMA when its records cannot be read as `reader`, MT_SCHEMA_REGISTRY.
 */
export async function checkLatest(
  client: RegistryClient,
  subject: string,
  reader: Type,
): Promise<Registered | undefined> {
  const latest = await readLatest(client, subject, reader).catch(unreadable);
  if (!(latest instanceof MoodtapeError)) return latest;
  throw incompatible(
    subject,
    reader,
    `the latest version cannot be read as ${reader.name}: ${latest.message}`,
  );
}

/** @throws MoodtapeError MT_AVRO when records of the latest schema cannot be read as `reader`. */
async function readLatest(
  client: RegistryClient,
  subject: string,
  reader: Type,
): Promise<Registered | undefined> {
  const path = `/subjects/${encodeURIComponent(subject)}/versions/latest`;
  const latest = await persistently(() => client.send('GET', path, versionShape), { attempts: ATTEMPTS });
  if (latest instanceof Refusal) {
    if (latest.isNotFound) return undefined;
    throw client.failure(`does not show the latest version of ${subject}: ${latest}`);
  }
  const schema = parseWriterSchema(latest);
  const resolver = resolve(reader, schema);
  if (resolver instanceof MoodtapeError) throw resolver;
  return { id: latest.id, schema };
}

/** What some registries leave to the reader. */
async function differenceFrom(client: RegistryClient, subject: string, schema: Type): Promise<string> {
  const latest = await readLatest(client, subject, schema).catch(unreadable);
  return latest instanceof MoodtapeError
    ? latest.message
    : 'programs that know only that version could not read its records';
}

function incompatible(subject: string, schema: Type, why: string): MoodtapeError {
  return new MoodtapeError('MT_SCHEMA', `incompatible schema, subject ${subject}: ${why}`, {
    remedy: `compare the latest version of ${subject} with ${fileOf(schema)}; a source of plain JSON needs \`format: json\``,
  });
}

function fileOf({ name }: Type): string {
  return `schemas/${name?.split('.').at(-1)}.avsc`;
}
