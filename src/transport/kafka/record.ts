import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { Headers, LogRecord, OutgoingRecord } from '../transport.js';
import { bufferOf } from './bytes.js';

/** A message on its way to a partition. */
export interface RoutedMessage extends Message {
  readonly topic: string;
  readonly partition: number;
}

const NOTHING = Buffer.alloc(0);
/** Most records have none. */
const NO_HEADERS = Object.freeze({});
/** What a record takes beside its key, value and headers; an estimate. */
const OVERHEAD_BYTES = 64;

export function fromMessage(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: fromHeaders(message.headers),
  };
}

export function toMessage(record: OutgoingRecord, partition: number): RoutedMessage {
  const { topic, key, value, headers = NO_HEADERS, timestamp = Date.now() } = record;
  return {
    topic,
    partition,
    key: key && bufferOf(key),
    value: value && bufferOf(value),
    headers: toHeaders(headers),
    timestamp: String(timestamp),
  };
}

interface Measurable {
  readonly length: number;
}

/** Bytes that a message takes in memory or, uncompressed, on the wire; an estimate. */
export function sizeOf({
  key,
  value,
  headers,
}: {
  readonly key?: Measurable | null;
  readonly value: Measurable | null;
  readonly headers?: Readonly<Record<string, Measurable | undefined>>;
}): number {
  let bytes = OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function toHeaders(headers: Headers): IHeaders {
  if (headers === NO_HEADERS) return NO_HEADERS;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, bufferOf(value)]));
}

/** Kafka lets a header have no value, or come twice; then the last one counts. */
function fromHeaders(headers: IHeaders = NO_HEADERS): Headers {
  const entries = Object.entries(headers);
  if (entries.length === 0) return NO_HEADERS;
  const read = entries.map(([name, values]) => {
    const value = Array.isArray(values) ? values.at(-1) : values;
    return [name, typeof value === 'string' ? Buffer.from(value) : (value ?? NOTHING)];
  });
  return Object.fromEntries(read);
}
