import type { Headers, LogRecord, OutgoingRecord } from '../transport.js';

/**
 * A record as it lies in lmdb, little-endian:
 * `timestamp f64 · key · value · headers u16 · (name · bytes)*`, where each field is `length i32 · bytes` and a
 * length of −1 means null.
 */
const NULL_LENGTH = -1;
const TIMESTAMP_BYTES = 8;
const NO_HEADERS: Headers = Object.freeze({});

export function encodeRecord(record: OutgoingRecord, now: number): Buffer {
  const headers = Object.entries(record.headers ?? NO_HEADERS).map(
    ([name, bytes]) => [Buffer.from(name), bytes] as const,
  );
  let size = TIMESTAMP_BYTES + fieldSize(record.key) + fieldSize(record.value) + 2;
  for (const [name, bytes] of headers) size += fieldSize(name) + fieldSize(bytes);

  const target = Buffer.allocUnsafe(size);
  let at = target.writeDoubleLE(record.timestamp ?? now, 0);
  at = writeField(target, at, record.key);
  at = writeField(target, at, record.value);
  at = target.writeUInt16LE(headers.length, at);
  for (const [name, bytes] of headers) at = writeField(target, writeField(target, at, name), bytes);
  return target;
}

/** The key, value and header bytes of the result are views of `bytes`. */
export function decodeRecord(topic: string, partition: number, offset: number, bytes: Buffer): LogRecord {
  const key = readField(bytes, TIMESTAMP_BYTES);
  const value = readField(bytes, key.end);
  return {
    topic,
    partition,
    offset: BigInt(offset),
    timestamp: timestampOf(bytes),
    key: key.field,
    value: value.field,
    headers: readHeaders(bytes, value.end),
  };
}

export function timestampOf(bytes: Buffer): number {
  return bytes.readDoubleLE(0);
}

function readHeaders(bytes: Buffer, start: number): Headers {
  const count = bytes.readUInt16LE(start);
  if (count === 0) return NO_HEADERS;
  const headers: [string, Uint8Array][] = [];
  let at = start + 2;
  for (let i = 0; i < count; i++) {
    const name = readField(bytes, at);
    const value = readField(bytes, name.end);
    headers.push([name.field?.toString() ?? '', value.field ?? new Uint8Array(0)]);
    at = value.end;
  }
  return Object.fromEntries(headers);
}

function fieldSize(field: Uint8Array | null): number {
  return 4 + (field?.length ?? 0);
}

function writeField(target: Buffer, start: number, field: Uint8Array | null): number {
  const at = target.writeInt32LE(field?.length ?? NULL_LENGTH, start);
  if (field === null) return at;
  target.set(field, at);
  return at + field.length;
}

function readField(bytes: Buffer, start: number): { field: Buffer | null; end: number } {
  const length = bytes.readInt32LE(start);
  const at = start + 4;
  if (length === NULL_LENGTH) return { field: null, end: at };
  return { field: bytes.subarray(at, at + length), end: at + length };
}
