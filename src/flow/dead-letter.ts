import type { OutgoingRecord } from '../transport/transport.js';
import type { Arrival, Failed } from './item.js';

/** A record that could not be worked on, wherever that was. */
export interface FailedRecord extends Pick<Failed, 'stage' | 'error'> {
  readonly arrival: Pick<Arrival, 'record'>;
}

/** A message says what was wrong; it need not repeat a megabyte of it. */
const MAX_MESSAGE = 1024;

/**
 * The dead letter of a record: its key, value and headers to the byte, and what happened to it in the headers
 * `moodtape.error.{code,message,stage,topic,partition,offset,time}` (UTF-8; `time` is ISO 8601, when it failed).
 */
export function deadLetter(
  topic: string,
  { arrival, stage, error }: FailedRecord,
  now: number,
): OutgoingRecord {
  const { record } = arrival;
  const what = {
    code: error.code,
    message: error.message.slice(0, MAX_MESSAGE),
    stage,
    topic: record.topic,
    partition: String(record.partition),
    offset: String(record.offset),
    time: new Date(now).toISOString(),
  };
  const headers = Object.fromEntries(
    Object.entries(what).map(([name, value]) => [`moodtape.error.${name}`, Buffer.from(value)]),
  );
  return { topic, key: record.key, value: record.value, headers: { ...record.headers, ...headers } };
}
