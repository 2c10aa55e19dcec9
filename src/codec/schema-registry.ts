import type { Type } from 'avsc';
import { MoodtapeError } from '../errors.js';
import { SCHEMAS } from './schemas.js';

/** Knows the schemas behind the ids in the Confluent header. */
export interface SchemaRegistry {
  /** @throws MoodtapeError MT_SCHEMA_ID when the registry has no id for the schema. */
  idOf(schema: Type): number;
  /**
   * Undefined when no schema has this id.
   *
   * @throws MoodtapeError MT_AVRO when one has, but no Avro schema that can be read.
   */
  schemaOf(id: number): Type | undefined;
  /**
   * Finds out about an id, so that `schemaOf` can tell. Undefined when it can already; a registry without this always
   * can. Rejects only when the registry is closed: as long as it does not know whether there is such a schema, it goes
   * on asking.
   */
  prepare?(id: number): Promise<void> | undefined;
}

/**
 * A registry of known schemas that needs no server: a schema's id is the first four bytes of the SHA-256 of its
 * canonical form (names, types and order of the fields; no documentation), the highest bit cleared. The same schema
 * has the same id everywhere.
 */
export class FingerprintRegistry implements SchemaRegistry {
  readonly #schemas = new Map<number, Type>();
  readonly #ids = new Map<Type, number>();

  constructor(schemas: Iterable<Type>) {
    for (const schema of schemas) {
      const id = schema.fingerprint('sha256').readUInt32BE(0) & 0x7fff_ffff;
      this.#schemas.set(id, schema);
      this.#ids.set(schema, id);
    }
  }

  idOf(schema: Type): number {
    const id = this.#ids.get(schema);
    if (id !== undefined) return id;
    throw notRegistered(schema);
  }

  schemaOf(id: number): Type | undefined {
    return this.#schemas.get(id);
  }
}

/** The registry of schemas/. */
export const localRegistry: SchemaRegistry = new FingerprintRegistry(Object.values(SCHEMAS));

/** The error of `idOf`. */
export function notRegistered({ name, typeName }: Type): MoodtapeError {
  return new MoodtapeError('MT_SCHEMA_ID', `schema ${name ?? typeName} is not registered`);
}
