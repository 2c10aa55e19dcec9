import type { Type } from 'avsc';

/** A value as `schema` writes it, in Confluent's framing. */
export function framed(id: number, schema: Type, value: unknown): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, schema.toBuffer(value)]);
}
