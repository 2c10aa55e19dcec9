/** Reads and writes a record's value. */
export interface Codec<T = unknown> {
  /**
   * Fetches what `decode` needs for this value, such as a schema that has not been met yet. Undefined when there is
   * nothing to fetch, which is nearly always; a codec without it never has anything to fetch.
   */
  prepare?(bytes: Uint8Array): Promise<void> | undefined;
  /** @throws MoodtapeError MT_JSON, MT_AVRO, MT_SCHEMA_ID, MT_ENCODING, MT_RECORD or MT_TIME: what is wrong with the value. */
  decode(bytes: Uint8Array): T;
  encode(value: T): Uint8Array;
}
