import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findJava, smallJava } from '../services/java.js';
import { findKafka } from '../services/kafka.js';

const PROGRAM = fileURLToPath(new URL('ReadCommitted.java', import.meta.url));

const bytes = z.base64().transform((base64) => Buffer.from(base64, 'base64'));
const committedSchema = z
  .tuple([
    z.string(),
    z.int(),
    z.string().transform(BigInt),
    z.int(),
    bytes.nullable(),
    bytes.nullable(),
    z.array(z.tuple([bytes, bytes.nullable()])),
  ])
  .transform(([topic, partition, offset, timestamp, key, value, headers]) => ({
    topic,
    partition,
    offset,
    /** Milliseconds since the epoch: when it was written. */
    timestamp,
    key,
    value,
    /** In their order; a name may come twice. */
    headers: headers.map(([name, header]) => [name.toString(), header] as const),
  }));

/** A record that a reader of committed records is shown. */
export type Committed = z.infer<typeof committedSchema>;

/**
 * Every committed record of some topics, each partition in its order. Read by Kafka's own consumer, in Java: it shares nothing
 * with what it is to check, and kafkajs shows records of transactions that were aborted.
 */
export async function readCommitted(
  brokers: readonly string[],
  topics: readonly string[],
): Promise<Committed[]> {
  const [java, jars] = [findJava(), findKafka()];
  if (java === undefined || jars === undefined) throw new Error('Java or Kafka is not installed');
  const args = ['-cp', join(jars, '*'), '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', PROGRAM];
  const reader = spawn(java, [...smallJava('256m'), ...args, brokers.join(','), ...topics]);
  const complaints = text(reader.stderr);
  const closed = once(reader, 'close');
  const records: Committed[] = [];
  for await (const line of createInterface({ input: reader.stdout })) {
    records.push(committedSchema.parse(JSON.parse(line)));
  }
  await closed;
  if (reader.exitCode !== 0) throw new Error(`Kafka's consumer failed:\n${await complaints}`);
  return records;
}

/** `topic/partition/offset` */
export function placeOf({ topic, partition, offset }: Committed): string {
  return `${topic}/${partition}/${offset}`;
}
