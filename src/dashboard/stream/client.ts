import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Turnstile } from '../../codec/turnstile.js';
import type { EventBatch, Filter } from './batch.js';
import type { EventLog } from './event-log.js';
import { distance, formatPosition, type Position } from './position.js';

/** Bytes that may wait for a client when more come; one that is further behind is cut off, and may come back. */
const MOST_WAITING = 2 ** 20;
/** Milliseconds that a client which catches up may take to read what it was sent. */
const PATIENCE_MS = 10_000;
/** Records that a client may be behind; one that is further behind goes on at the end, and is told so. */
const MOST_BEHIND = 100_000n;

export interface ClientOptions {
  readonly filter: Filter;
  /** Behind what it has had; undefined for from now on. */
  readonly after: Position | undefined;
  readonly log: EventLog;
  /** Lets few clients at a time catch up. */
  readonly turnstile: Turnstile;
}

/**
 * One reader of the stream. It is given the tail's batches; when it is not where a batch begins it reads by itself what lies between,
 * and then goes on with the others. So it has each event once, in the log's order.
 */
export class StreamClient {
  #at: Position | undefined;
  /** Where the tail is. */
  #end: Position | undefined;
  #catchingUp = false;
  readonly #gone = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    private readonly options: ClientOptions,
  ) {
    this.#at = options.after;
    response.on('close', () => this.#gone.abort());
  }

  take(batch: EventBatch): void {
    this.#end = batch.to;
    if (this.#catchingUp) return;
    if (this.#at === undefined) this.#begin(batch.to);
    else if (this.#at === batch.from) this.#pass(batch);
    else if (this.#at !== batch.to) void this.#catchUp(batch.to);
  }

  /** Keeps proxies from closing the connection, and the client's place new although nothing came that it wants. */
  beat(): void {
    if (this.#at === undefined || this.response.writableNeedDrain) return;
    this.#send(Buffer.from(`: still here\nid: ${formatPosition(this.#at)}\n\n`));
  }

  #begin(at: Position): void {
    this.#at = at;
    this.beat();
  }

  #pass(batch: EventBatch): void {
    this.#at = batch.to;
    this.#send(batch.written(this.options.filter));
  }

  async #catchUp(end: Position): Promise<void> {
    this.#catchingUp = true;
    try {
      await this.options.turnstile.run(async () => {
        if (await this.#isOutOfReach()) this.#skipTo(end);
        while (this.#at !== undefined && this.#end !== undefined && this.#at !== this.#end) {
          for await (const batch of this.options.log.read(this.#at, this.#end)) {
            if (this.response.destroyed) return;
            this.#pass(batch);
            if (this.response.writableNeedDrain) await this.#drained();
          }
        }
      });
      this.#catchingUp = false;
    } catch {
      // It comes back by itself, and goes on where it was.
      this.response.destroy();
    }
  }

  /** Too far behind, or somewhere that this log has not been or is no longer. */
  async #isOutOfReach(): Promise<boolean> {
    if (this.#at === undefined) return false;
    const { start, end } = await this.options.log.bounds();
    const behind = distance(this.#at, end);
    return behind === undefined || behind > MOST_BEHIND || distance(start, this.#at) === undefined;
  }

  #skipTo(end: Position): void {
    this.#at = end;
    this.#send(Buffer.from(`event: gap\nid: ${formatPosition(end)}\ndata: {}\n\n`));
  }

  #send(bytes: Buffer): void {
    if (bytes.length === 0 || this.response.destroyed) return;
    if (this.response.writableLength > MOST_WAITING) this.response.destroy();
    else this.response.write(bytes);
  }

  async #drained(): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    await once(this.response, 'drain', { signal: AbortSignal.any([late, this.#gone.signal]) });
  }
}
