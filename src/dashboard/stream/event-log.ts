import type { LogRecord, Stretch } from '../../transport/transport.js';
import { NO_GROUP, type Sources } from '../sources.js';
import { EventBatch, type StreamEvent } from './batch.js';
import { EVENTS, moved, type Position, partitionKey } from './position.js';

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
    let before = from;
    // Whatever a client says, there are the partitions that there are.
    let at: Position = new Map([...to.keys()].map((key) => [key, from.get(key) ?? 0n]));
    for await (const records of this.sources.log.read(this.#stretches(from, to))) {
      const events: StreamEvent[] = [];
      for (const { partition, offset, ...event } of await this.#decode(records)) {
        at = moved(at, partitionKey(event.name, partition), offset + 1n);
        events.push({ ...event, position: at });
      }
      yield new EventBatch(before, at, events);
      before = at;
    }
    yield new EventBatch(before, to, []);
  }

  #stretches(from: Position, to: Position): Stretch[] {
    return EVENTS.flatMap((event) => {
      const { topic } = this.sources[event];
      const partitions = [...to].filter(([key]) => key.startsWith(`${event}/`));
      return partitions.flatMap(([key, until]) => {
        const start = from.get(key) ?? 0n;
        const partition = Number(key.slice(event.length + 1));
        return start < until ? [{ topic, partition, from: start, until }] : [];
      });
    });
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
