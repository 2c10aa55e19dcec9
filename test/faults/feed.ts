import { setTimeout } from 'node:timers/promises';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Input } from './input.js';

const BEAT_MS = 100;
/** Bytes of one request, about. */
const REQUEST_BYTES = 512 * 1024;
const PATIENCE_MS = 15_000;

export interface FeedOptions {
  /** How long it takes; less when 0: as fast as the broker takes it. */
  readonly seconds: number;
  readonly sent?: (count: number) => void;
}

/**
 * Sends inputs in their order at an even pace, and catches up after a broker was away. What a broker has not acknowledged is
 * sent again, so that some inputs may lie in the log twice; each of them is an input then.
 */
export async function feed(
  kafka: Kafka,
  inputs: readonly Input[],
  { seconds, sent }: FeedOptions,
): Promise<void> {
  let producer: Producer | undefined;
  const started = performance.now();
  for (let done = 0; done < inputs.length; ) {
    const elapsed = performance.now() - started;
    const due = seconds === 0 ? inputs.length : Math.ceil((inputs.length * elapsed) / (seconds * 1000));
    const request = fitting(inputs, done, due);
    try {
      producer ??= await open(kafka);
      if (request.length > 0) await soon(producer.sendBatch({ topicMessages: byTopic(request) }));
      done += request.length;
      sent?.(done);
    } catch {
      // kafkajs can hang on a connection that was lost.
      void producer?.disconnect().catch(() => undefined);
      producer = undefined;
    }
    if (done >= due || producer === undefined) await setTimeout(BEAT_MS);
  }
  await producer?.disconnect();
}

async function open(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  await soon(producer.connect());
  return producer;
}

/** Fails when it takes too long. */
async function soon<T>(work: Promise<T>): Promise<T> {
  const enough = new AbortController();
  const late = setTimeout(PATIENCE_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Error('the broker does not answer');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    enough.abort();
    late.catch(() => undefined);
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
