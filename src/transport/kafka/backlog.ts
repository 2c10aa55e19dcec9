import type { KafkaMessage } from 'kafkajs';
import type { ConsumeOptions, LogRecord } from '../transport.js';
import { fromMessage, sizeOf } from './record.js';

/** What a poll is made of. */
export interface Portion {
  readonly records: readonly LogRecord[];
  readonly nextOffset: bigint;
}

/** What has been fetched of a partition and is not in a poll yet. */
export class Backlog {
  #messages: KafkaMessage[] = [];
  #bytes = 0;
  /** Beyond all that has been fetched, also what nobody is shown: markers and aborted records. */
  #end: bigint | undefined;

  constructor(
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  add(messages: readonly KafkaMessage[], end: bigint): void {
    for (const message of messages) {
      this.#messages.push(message);
      this.#bytes += sizeOf(message);
    }
    this.#end = end;
  }

  /** The next records within the bounds; no records, but an offset, where there was nothing to be shown. */
  take({ maxRecords, maxBytes }: Pick<ConsumeOptions, 'maxRecords' | 'maxBytes'>): Portion | undefined {
    if (this.#end === undefined) return undefined;
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const message of this.#messages) {
      const size = sizeOf(message);
      if (records.length > 0 && (records.length === maxRecords || bytes + size > maxBytes)) break;
      records.push(fromMessage(this.topic, this.partition, message));
      bytes += size;
    }
    this.#messages.splice(0, records.length);
    this.#bytes -= bytes;
    const last = records.at(-1);
    if (last !== undefined && this.#messages.length > 0) return { records, nextOffset: last.offset + 1n };
    const nextOffset = this.#end;
    this.#end = undefined;
    return { records, nextOffset };
  }

  clear(): void {
    this.#messages = [];
    this.#bytes = 0;
    this.#end = undefined;
  }
}
