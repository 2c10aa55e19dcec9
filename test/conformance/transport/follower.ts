import { onTestFinished } from 'vitest';
import type { LogRecord, Positions, Transport } from '../../../src/transport/transport.js';
import { waitUntil } from '../patience.js';
import { text } from './reader.js';

/** Follows topics until its test ends, and remembers what it was given and what went wrong. */
export class Follower {
  readonly records: LogRecord[] = [];
  readonly errors: unknown[] = [];
  isOver = false;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(transport: Transport, from: Positions) {
    this.#ended = this.#follow(transport, from);
    onTestFinished(() => this.stop());
  }

  /** Until nothing more comes. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async has(count: number): Promise<void> {
    await waitUntil(
      `${count} records have come`,
      () => this.records.length >= count || this.errors.length > 0,
    );
  }

  /** The texts of a partition, as they came. */
  textsOf(topic: string, partition: number): (string | undefined)[] {
    return this.records
      .filter((record) => record.topic === topic && record.partition === partition)
      .map(text);
  }

  async #follow(transport: Transport, from: Positions): Promise<void> {
    try {
      for await (const records of transport.tail(from, this.#stop.signal)) this.records.push(...records);
    } catch (error) {
      this.errors.push(error);
    }
    this.isOver = true;
  }
}

/** Everything that a topic has and will have. */
export function all(...topics: readonly string[]): Positions {
  return new Map(topics.map((topic) => [topic, new Map()]));
}
