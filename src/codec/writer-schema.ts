import avsc, { type Type } from 'avsc';
import { z } from 'zod';
import { MoodtapeError, messageOf } from '../errors.js';

/** A schema as a registry gives it out. */
export const storedSchema = z.object({
  schema: z.string(),
  schemaType: z.string().nullish(),
  references: z.array(z.unknown()).nullish(),
});
export type StoredSchema = z.infer<typeof storedSchema>;

/**
 * What does not say how a record is read. To leave out defaults is more than thrift: avsc expands them while it reads
 * a schema, and a small schema can have defaults that hold one another two to the power of their number times.
 */
const NOT_NEEDED = new Set(['default', 'doc', 'aliases', 'order', 'logicalType']);

const MAX_REASON = 300;

/**
 * The Avro schema that somebody has registered.
 *
 * @throws MoodtapeError MT_AVRO when it is of another kind, refers to other schemas, or is broken.
 */
export function parseWriterSchema({ schema, schemaType, references }: StoredSchema): Type {
  const kind = schemaType ?? 'AVRO';
  if (kind !== 'AVRO') throw broken(`the schema is of type ${kind}; only AVRO is read`);
  if (references != null && references.length > 0) {
    throw broken('the schema refers to other schemas; only one that stands alone is read');
  }
  try {
    const json = JSON.parse(schema, (key, value: unknown) => (NOT_NEEDED.has(key) ? undefined : value));
    return avsc.Type.forSchema(json, { omitRecordMethods: true });
  } catch (error) {
    throw broken(`the schema is not an Avro schema: ${messageOf(error)}`);
  }
}

function broken(reason: string): MoodtapeError {
  return new MoodtapeError('MT_AVRO', reason.slice(0, MAX_REASON), {
    remedy: 'register the Avro schema that the records were written with, complete in itself',
  });
}

/** The error of a schema that cannot be read; any other is thrown again. */
export function unreadable(error: unknown): MoodtapeError {
  if (error instanceof MoodtapeError && error.code === 'MT_AVRO') return error;
  throw error;
}
