import type { TopicMessages } from 'kafkajs';
import { type RoutedMessage, sizeOf } from './record.js';

/** Bytes of a batch before it is compressed; brokers take one MiB unless a topic says otherwise. */
const BATCH_BYTES = 512 * 1024;

interface Batch extends TopicMessages {
  readonly messages: RoutedMessage[];
  bytes: number;
}

/** What goes out side by side: at most one batch for each partition. */
export type Shipment = Batch[];

/** kafkajs makes one batch of all that it is given for a partition, however large; so large ones are cut here. */
export function shipmentsOf(messages: readonly RoutedMessage[]): Shipment[] {
  const places = new Map<string, Batch[]>();
  for (const message of messages) {
    const { topic, partition } = message;
    const place = `${topic}/${partition}`;
    const bytes = sizeOf(message);
    const batches = places.get(place) ?? [];
    if (batches.length === 0) places.set(place, batches);
    const last = batches.at(-1);
    if (last === undefined || last.bytes + bytes > BATCH_BYTES) {
      batches.push({ topic, messages: [message], bytes });
    } else {
      last.messages.push(message);
      last.bytes += bytes;
    }
  }
  const queues = [...places.values()];
  const requests = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: requests }, (_, i) => queues.flatMap((batches) => batches[i] ?? []));
}
