/** Reads and writes a record's value. */
export interface Codec<T = unknown> {
  /** @throws MoodtapeError MT_JSON, MT_AVRO, MT_SCHEMA_ID, MT_ENCODING, MT_RECORD or MT_TIME: what is wrong with the value. */
  decode(bytes: Uint8Array): T;
  encode(value: T): Uint8Array;
}
