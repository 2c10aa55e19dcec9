import type { Type } from 'avsc';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { checkBody } from './avro-body.js';
import type { Codec } from './codec.js';
import type { SchemaRegistry } from './schema-registry.js';

/** What a value in Confluent's framing begins with. */
export const MAGIC = 0;
const HEADER = 5;

/**
 * Avro in Confluent's framing: a zero byte, the id of the writer's schema (four bytes, big-endian), the record.
 * A record that another schema wrote is read as `schema` by Avro's resolution rules; namespaces do not matter.
 */
export function avroCodec(schema: Type, registry: SchemaRegistry): Codec {
  const resolvers = new Map<Type, ReturnType<Type['createResolver']>>();

  function resolverFrom(writer: Type) {
    const known = resolvers.get(writer);
    if (known !== undefined) return known;
    const resolver = schema.createResolver(writer, { ignoreNamespaces: true });
    resolvers.set(writer, resolver);
    return resolver;
  }

  return {
    decode(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (buffer.length < HEADER || buffer[0] !== MAGIC) {
        throw new MoodtapeError('MT_AVRO', 'the value does not begin with a zero byte and a schema id');
      }
      const id = buffer.readInt32BE(1);
      const writer = registry.schemaOf(id);
      if (writer === undefined) throw new MoodtapeError('MT_SCHEMA_ID', `no schema has the id ${id}`);
      try {
        const body = buffer.subarray(HEADER);
        checkBody(writer, body);
        return schema.fromBuffer(body, resolverFrom(writer));
      } catch (error) {
        throw asMoodtapeError(error, 'MT_AVRO');
      }
    },

    encode(value) {
      const header = Buffer.alloc(HEADER);
      header.writeInt32BE(registry.idOf(schema), 1);
      try {
        return Buffer.concat([header, schema.toBuffer(value)]);
      } catch (error) {
        throw asMoodtapeError(error, 'MT_AVRO');
      }
    },
  };
}
