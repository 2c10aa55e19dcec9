import type { Sentiment, SentimentIndex } from '../../codec/sentiment.js';
import { type EventName, formatPosition, type Position } from './position.js';

/** An event, and where its reader is behind it. */
export interface StreamEvent {
  readonly name: EventName;
  readonly value: Sentiment | SentimentIndex;
  /** What it is about. */
  readonly symbols: readonly string[];
  /** Of an index row. */
  readonly window?: string;
  readonly position: Position;
}

/** Which events a client wants. */
export interface Filter {
  readonly events: readonly EventName[];
  /** Texts about it and rows of it; all texts and the rows of the market with `*`, everything when left out. */
  readonly symbol?: string | undefined;
  /** Of index rows. */
  readonly window?: string | undefined;
}

/** What lies in the log between two places. */
export class EventBatch {
  /** Clients mostly want the same: each answer is written once. */
  readonly #written = new Map<string, Buffer>();

  constructor(
    readonly from: Position,
    readonly to: Position,
    private readonly events: readonly StreamEvent[],
  ) {}

  /** The events that a client wants, as server-sent events. */
  written(filter: Filter): Buffer {
    const { events, symbol = '', window = '' } = filter;
    const key = [events, symbol, window].join(' ');
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const wanted = this.events.filter((event) => isWanted(event, filter));
    const written = Buffer.from(wanted.map(frameOf).join(''));
    this.#written.set(key, written);
    return written;
  }
}

function isWanted({ name, symbols, window }: StreamEvent, filter: Filter): boolean {
  const { symbol } = filter;
  const isAbout = symbol === undefined || symbols.includes(symbol) || (symbol === '*' && name === 'scored');
  return (
    filter.events.includes(name) && isAbout && (window === undefined || (filter.window ?? window) === window)
  );
}

/** JSON has no line ends. */
function frameOf({ name, value, position }: StreamEvent): string {
  return `event: ${name}\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(value)}\n\n`;
}
