import { concat, concatMap, defer, ignoreElements, tap } from 'rxjs';
import { sentimentCodec, sentimentIndexCodec } from '../../codec/codecs.js';
import type { SentimentIndex } from '../../codec/sentiment.js';
import type { ScorerEvent } from '../../flow/event.js';
import { SentimentWindows } from '../../flow/window.js';
import { logEvent } from '../../observe/log-events.js';
import type { Logger } from '../../observe/logger.js';
import type { OutgoingRecord, Poll, Transport } from '../../transport/transport.js';
import { decodePoll } from '../decode-poll.js';
import type { Part } from '../part.js';
import { type PollWork, pollLoop } from '../poll-loop.js';
import { readAll } from '../read-all.js';
import { INDEX, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

const scoredCodec = sentimentCodec('json');
const indexCodec = sentimentIndexCodec('json');

/** Makes index rows of scored texts; goes on from the rows that it wrote before. */
export function indexPart(
  { windows, lateness, group }: NonNullable<Topology['index']>,
  transport: Transport,
  logger: Logger,
): Part {
  const topics = [SCORED];
  return {
    name: 'index',
    group,
    topics,
    run: (drain) =>
      defer(() => {
        const state = new SentimentWindows({ windows, latenessMs: lateness });
        const restored = readAll(transport, INDEX).pipe(
          concatMap((poll) => decodePoll(poll, indexCodec, logger)),
          tap((rows) => state.restore(rows.map(({ value }) => value))),
          ignoreElements(),
        );
        const report = (event: ScorerEvent) => logEvent(logger, event);
        const indexer = new Indexer(state, logger);
        return concat(restored, pollLoop(transport, { group, topics }, indexer, report, drain));
      }),
  };
}

/** Adds each text to the windows once, also when its poll comes again. */
class Indexer implements PollWork {
  /** The next offset to be added, by partition. */
  readonly #added = new Map<number, bigint>();
  /** Rows that are not in the log yet, by key. */
  readonly #open = new Map<string, SentimentIndex>();

  constructor(
    private readonly windows: SentimentWindows,
    private readonly logger: Logger,
  ) {}

  readonly outputs = async (poll: Poll): Promise<OutgoingRecord[]> => {
    const from = this.#added.get(poll.partition) ?? 0n;
    for (const { offset, value } of await decodePoll(poll, scoredCodec, this.logger)) {
      if (offset >= from) this.windows.add(value);
    }
    this.#added.set(poll.partition, poll.nextOffset);
    for (const row of this.windows.takeChanged()) this.#open.set(keyOf(row), row);
    return [...this.#open].map(([key, row]) => ({
      topic: INDEX,
      key: Buffer.from(key),
      value: indexCodec.encode(row),
    }));
  };

  readonly committed = (): void => this.#open.clear();
}

function keyOf({ symbol, domain, window, start }: SentimentIndex): string {
  return [symbol, domain, window, start].join(' ');
}
