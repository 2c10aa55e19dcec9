import type { LogRecord, Stretch } from '../../transport/transport.js';
import { NO_GROUP, type Sources } from '../sources.js';
import { EventBatch, type StreamEvent } from './batch.js';
import { EVENTS, moved, offsetsOf, type Position, partitionKey } from './position.js';

/** The topics of a stream as one sequence of events, to be read from any place. */
export class EventLog {
  constructor(private readonly sources: Pick<Sources, 'log' | 'scored' | 'index'>) {}

  /** Where it begins, for what is older is gone, and where it ends. */
  async bounds(): Promise<{ readonly start: Position; readonly end: Position }> {
    const lags = await Promise.all(
      EVENTS.map(async (event) => {
        const partitions = await this.sources.log.lag(NO_GROUP, [this.sources[event].topic]);
        return partitions.map(({ partition, ...lag }) => ({ key: partitionKey(event, partition), ...lag }));
      }),
    );
    const partitions = lags.flat();
    return {
      start: new Map(partitions.map(({ key, committed }) => [key, committed])),
      end: new Map(partitions.map(({ key, end }) => [key, end])),
    };
  }

  /** All between two places, a few at a time and partition by partition; the last batch ends at `to` itself. */
  async *read(from: Position, to: Position): AsyncGenerator<EventBatch> {
    // Whatever a client says, there are the partitions that there are.
    let at: Position = new Map([...to.keys()].map((key) => [key, from.get(key) ?? 0n]));
    for await (const batch of this.#batches(at, this.sources.log.read(this.#stretches(from, to)))) {
      yield batch;
      at = batch.to;
    }
    yield new EventBatch(at, to, []);
  }

  /** All behind a place, as it comes; until `signal` aborts. */
  tail(from: Position, signal: AbortSignal): AsyncGenerator<EventBatch> {
    const positions = EVENTS.map((event) => [this.sources[event].topic, offsetsOf(from, event)] as const);
    return this.#batches(from, this.sources.log.tail(new Map(positions), signal));
  }

  #stretches(from: Position, to: Position): Stretch[] {
    return EVENTS.flatMap((event) => {
      const { topic } = this.sources[event];
      return [...offsetsOf(to, event)].flatMap(([partition, until]) => {
        const start = from.get(partitionKey(event, partition)) ?? 0n;
        return start < until ? [{ topic, partition, from: start, until }] : [];
      });
    });
  }

  async *#batches(from: Position, log: AsyncIterable<readonly LogRecord[]>): AsyncGenerator<EventBatch> {
    let at = from;
    for await (const records of log) {
      const before = at;
      const events: StreamEvent[] = [];
      for (const { partition, offset, ...event } of await this.#decode(records)) {
        at = moved(at, partitionKey(event.name, partition), offset + 1n);
        events.push({ ...event, position: at });
      }
      at = this.#behind(at, records);
      yield new EventBatch(before, at, events);
    }
  }

  /** Behind the last record too where it is no event. */
  #behind(at: Position, records: readonly LogRecord[]): Position {
    const last = records.at(-1);
    if (last === undefined) return at;
    const event = last.topic === this.sources.scored.topic ? 'scored' : 'index';
    return moved(at, partitionKey(event, last.partition), last.offset + 1n);
  }

  /** Records of one topic. */
  async #decode(records: readonly LogRecord[]): Promise<PlacedEvent[]> {
    const { scored, index } = this.sources;
    if (records[0]?.topic === scored.topic) {
      const texts = await scored.decode(records);
      return texts.map((text) => ({ ...text, name: 'scored', symbols: text.value.symbols }));
    }
    const rows = await index.decode(records);
    return rows.map((row) => {
      const { symbol, window } = row.value;
      return { ...row, name: 'index', symbols: [symbol], window };
    });
  }
}

/** An event and its own place. */
interface PlacedEvent extends Omit<StreamEvent, 'position'> {
  readonly partition: number;
  readonly offset: bigint;
}
