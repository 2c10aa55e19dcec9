import { setTimeout } from 'node:timers/promises';
import { type Kafka, Partitioners } from 'kafkajs';
import type { Input } from './input.js';

const BEAT_MS = 100;
/** Bytes of one request, about. */
const REQUEST_BYTES = 512 * 1024;
/** Longer than any broker is away. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 600 };

export interface FeedOptions {
  /** How long it takes; less when 0: as fast as the broker takes it. */
  readonly seconds: number;
  readonly sent?: (count: number) => void;
}

/** Sends inputs in their order at an even pace, each once, and catches up after a broker was away. */
export async function feed(
  kafka: Kafka,
  inputs: readonly Input[],
  { seconds, sent }: FeedOptions,
): Promise<void> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
  await producer.connect();
  try {
    const started = performance.now();
    for (let done = 0; done < inputs.length; ) {
      const elapsed = performance.now() - started;
      const due = seconds === 0 ? inputs.length : Math.ceil((inputs.length * elapsed) / (seconds * 1000));
      const request = fitting(inputs, done, due);
      if (request.length > 0) await producer.sendBatch({ topicMessages: byTopic(request) });
      done += request.length;
      sent?.(done);
      if (done >= due) await setTimeout(BEAT_MS);
    }
  } finally {
    await producer.disconnect();
  }
}

function fitting(inputs: readonly Input[], from: number, until: number): Input[] {
  const request: Input[] = [];
  let bytes = 0;
  for (const input of inputs.slice(from, until)) {
    bytes += (input.key?.length ?? 0) + (input.value?.length ?? 0);
    if (request.length > 0 && bytes > REQUEST_BYTES) break;
    request.push(input);
  }
  return request;
}

function byTopic(inputs: readonly Input[]) {
  return [...new Set(inputs.map(({ topic }) => topic))].map((topic) => ({
    topic,
    messages: inputs
      .filter((input) => input.topic === topic)
      .map(({ key, value, headers }) => ({ key, value, headers })),
  }));
}
