/** A program that uses all that a log can do, once, and closes it: `user.ts BROKER…`. It says how much it has read. */
import { randomUUID } from 'node:crypto';
import { openKafkaTransport } from '../../../src/transport/kafka/transport.js';
import { Reader } from '../../conformance/transport/reader.js';

const log = openKafkaTransport({ clientId: 'user', brokers: process.argv.slice(2), compression: 'none' });
const topic = `topic-${randomUUID()}`;
const record = (partition: number, text: string) => ({
  topic,
  partition,
  key: null,
  value: Buffer.from(text),
});
await log.ensureTopics([{ name: topic, partitions: 2 }]);
await log.append([record(0, 'a')]);
await log.append([record(0, 'b'), record(1, 'b')]);
const reader = new Reader(log, { group: `group-${randomUUID()}`, topics: [topic] });
await reader.hasDone(3);
for await (const _ of log.read([{ topic, partition: 0, from: 0n, until: 2n }])) {
  // Reading opens connections of its own.
}
for await (const _ of log.tail(new Map([[topic, new Map()]]), new AbortController().signal)) {
  // So does following, until the log is closed.
  void log.close();
}
await log.close();
console.log(`${reader.done.length} records`);
