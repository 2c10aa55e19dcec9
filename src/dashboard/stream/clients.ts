import type { ServerResponse } from 'node:http';
import type { Observable } from 'rxjs';
import { Turnstile } from '../../codec/turnstile.js';
import type { Logger } from '../../observe/logger.js';
import { Refusal } from '../refusal.js';
import { SECURITY_HEADERS } from '../security/headers.js';
import type { EventBatch, Filter } from './batch.js';
import { StreamClient } from './client.js';
import type { EventLog } from './event-log.js';
import type { Position } from './position.js';
import { tailOf } from './tail.js';

const BEAT_EVERY_MS = 15_000;
/** Milliseconds after which a client that was cut off may come back. */
const RETRY_MS = 2_000;
/** Clients that read the log by themselves at a time. */
const CATCHING_UP = 4;

export const STREAM_HEADERS = {
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
  'content-type': 'text/event-stream; charset=utf-8',
} as const;

/** All readers of the stream. */
export class StreamClients {
  readonly #open = new Map<StreamClient, ServerResponse>();
  readonly #turnstile = new Turnstile(CATCHING_UP);
  readonly #tail: Observable<EventBatch>;
  #heart: NodeJS.Timeout | undefined;

  /** @param most clients at a time */
  constructor(
    private readonly log: EventLog,
    private readonly most: number,
    logger: Logger,
  ) {
    this.#tail = tailOf(log, logger);
  }

  /** Throws a refusal when there are too many already; else answers until the client goes. */
  add(response: ServerResponse, filter: Filter, after: Position | undefined): void {
    if (this.#open.size >= this.most) {
      throw new Refusal(503, 'MT_BUSY', `${this.most} clients read the stream already`, {
        headers: { 'retry-after': '5' },
      });
    }
    response.writeHead(200, STREAM_HEADERS).write(`retry: ${RETRY_MS}\n\n`);
    const client = new StreamClient(response, { filter, after, log: this.log, turnstile: this.#turnstile });
    this.#open.set(client, response);
    this.#heart ??= setInterval(() => this.#beat(), BEAT_EVERY_MS);
    const subscription = this.#tail.subscribe((batch) => client.take(batch));
    response.on('close', () => {
      subscription.unsubscribe();
      this.#open.delete(client);
      if (this.#open.size > 0) return;
      clearInterval(this.#heart);
      this.#heart = undefined;
    });
  }

  close(): void {
    for (const response of this.#open.values()) response.destroy();
  }

  #beat(): void {
    for (const client of this.#open.keys()) client.beat();
  }
}
