import type { Type } from 'avsc';
import { asMoodtapeError, MoodtapeError, messageOf } from '../errors.js';
import { checkBody } from './avro-body.js';
import type { Codec } from './codec.js';
import type { SchemaRegistry } from './schema-registry.js';

/** What a value in Confluent's framing begins with. */
export const MAGIC = 0;
const HEADER = 5;
/** avsc quotes whole schemas. */
const MAX_REASON = 300;

type Resolver = ReturnType<Type['createResolver']>;

/**
 * Avro in Confluent's framing: a zero byte, the id of the writer's schema (four bytes, big-endian), the record.
 * A record that another schema wrote is read as `schema` by Avro's resolution rules; namespaces do not matter.
 */
export function avroCodec(schema: Type, registry: SchemaRegistry): Codec {
  const resolvers = new Map<Type, Resolver | MoodtapeError>();

  function resolverFrom(writer: Type): Resolver {
    let resolver = resolvers.get(writer);
    if (resolver === undefined) {
      resolver = resolve(schema, writer);
      resolvers.set(writer, resolver);
    }
    if (resolver instanceof MoodtapeError) throw resolver;
    return resolver;
  }

  return {
    prepare(bytes) {
      const id = schemaId(bytes);
      return id === undefined ? undefined : registry.prepare?.(id);
    },

    decode(bytes) {
      const id = schemaId(bytes);
      if (id === undefined) {
        throw new MoodtapeError('MT_AVRO', 'the value does not begin with a zero byte and a schema id');
      }
      const writer = registry.schemaOf(id);
      if (writer === undefined) throw new MoodtapeError('MT_SCHEMA_ID', `no schema has the id ${id}`);
      const resolver = resolverFrom(writer);
      try {
        const body = bufferOf(bytes).subarray(HEADER);
        checkBody(writer, body);
        return schema.fromBuffer(body, resolver);
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

/** How records of `writer` are read as `reader`, or why none can be (MT_AVRO). */
export function resolve(reader: Type, writer: Type): Resolver | MoodtapeError {
  try {
    return reader.createResolver(writer, { ignoreNamespaces: true });
  } catch (error) {
    const reason = messageOf(error).replace(/^no alias found for (\S+)$/, `$1 is not called ${reader.name}`);
    return new MoodtapeError('MT_AVRO', reason.slice(0, MAX_REASON));
  }
}

/** Undefined when the value does not begin with Confluent's header. */
function schemaId(bytes: Uint8Array): number | undefined {
  return bytes.length < HEADER || bytes[0] !== MAGIC ? undefined : bufferOf(bytes).readInt32BE(1);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
