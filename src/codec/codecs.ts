import type { Type } from 'avsc';
import type { z } from 'zod';
import { avroCodec, MAGIC } from './avro.js';
import type { Codec } from './codec.js';
import { jsonCodec } from './json.js';
import { type ModelEvent, modelEventSchema } from './model-event.js';
import { checked } from './record.js';
import { localRegistry, type SchemaRegistry } from './schema-registry.js';
import { SCHEMAS } from './schemas.js';
import {
  type Domain,
  type Sentiment,
  type SentimentIndex,
  sentimentIndexSchema,
  sentimentSchema,
} from './sentiment.js';

/** How values are written. `auto` reads both, for no JSON begins with a zero byte, and writes JSON. */
export const FORMATS = ['auto', 'avro', 'json'] as const;
export type Format = (typeof FORMATS)[number];

function codecOf(schema: Type, format: Format, registry: SchemaRegistry): Codec {
  if (format === 'json') return jsonCodec;
  const avro = avroCodec(schema, registry);
  if (format === 'avro') return avro;
  const codecFor = (bytes: Uint8Array) => (bytes[0] === MAGIC ? avro : jsonCodec);
  return {
    prepare: (bytes) => codecFor(bytes).prepare?.(bytes),
    decode: (bytes) => codecFor(bytes).decode(bytes),
    encode: (value) => jsonCodec.encode(value),
  };
}

function typed<T>(codec: Codec, shape: z.ZodType<T>): Codec<T> {
  return { ...codec, decode: (bytes) => checked(shape, codec.decode(bytes)) };
}

/** The schemas of raw texts. */
export const RAW_SCHEMAS = { news: SCHEMAS.NewsItem, forum: SCHEMAS.ForumPost } as const;

/** News items or forum posts, as they were written; `decodeText` reads them. */
export function rawCodec(domain: Domain, format: Format, registry = localRegistry): Codec {
  return codecOf(RAW_SCHEMAS[domain], format, registry);
}

/** Labels, as they were written; `decodeLabel` reads them. */
export function labelCodec(format: Format, registry = localRegistry): Codec {
  return codecOf(SCHEMAS.Label, format, registry);
}

export function sentimentCodec(format: Format, registry = localRegistry): Codec<Sentiment> {
  return typed(codecOf(SCHEMAS.Sentiment, format, registry), sentimentSchema);
}

export function sentimentIndexCodec(format: Format, registry = localRegistry): Codec<SentimentIndex> {
  return typed(codecOf(SCHEMAS.SentimentIndex, format, registry), sentimentIndexSchema);
}

export function modelEventCodec(format: Format, registry = localRegistry): Codec<ModelEvent> {
  return typed(codecOf(SCHEMAS.ModelEvent, format, registry), modelEventSchema);
}
