import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatMap, filter, firstValueFrom, lastValueFrom, ReplaySubject, Subject, takeWhile } from 'rxjs';
import { onTestFinished } from 'vitest';
import { rawCodec, sentimentCodec } from '../../src/codec/codecs.js';
import type { Sentiment } from '../../src/codec/sentiment.js';
import type { Input } from '../../src/flow/decode.js';
import type { PollCommitted, ScorerEvent } from '../../src/flow/event.js';
import { type ScorerOptions, scorer } from '../../src/flow/scorer.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { LogRecord, Transport } from '../../src/transport/transport.js';

export const RAW = 'raw';
export const OUTPUTS = {
  scored: 'sentiment.scored',
  deadLetters: 'sentiment.dead-letters',
  codec: sentimentCodec('json'),
};
export const INPUT: Input = { topic: RAW, domain: 'news', codec: rawCodec('news', 'json') };

/** The value of a news item. */
export function newsItem(text: string): Buffer {
  return Buffer.from(JSON.stringify({ id: text, text, publishedAt: 1_700_000_000 }));
}

/** A log of its own with a raw topic and the outputs, in a folder that goes when the test ends. */
export async function openLog(partitions = 1): Promise<Transport> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-flow-'));
  const transport = openEmbeddedTransport(folder);
  onTestFinished(async () => {
    await transport.close();
    await rm(folder, { recursive: true });
  });
  await transport.ensureTopics([
    { name: RAW, partitions },
    { name: OUTPUTS.scored, partitions: 1 },
    { name: OUTPUTS.deadLetters, partitions: 1 },
  ]);
  return transport;
}

export function append(transport: Transport, texts: readonly string[], partition = 0): Promise<void> {
  return transport.append(
    texts.map((text) => ({
      topic: RAW,
      partition,
      key: null,
      value: newsItem(text),
    })),
  );
}

/** A scorer at work. */
export class Running {
  readonly events: ScorerEvent[] = [];
  readonly #drain = new Subject<void>();
  readonly #replay = new ReplaySubject<ScorerEvent>();
  readonly #subscription;
  /** Resolves when the scorer completes, and rejects when it fails. */
  readonly ended: Promise<unknown>;

  constructor(options: Pick<ScorerOptions, 'transport' | 'engine'> & Partial<ScorerOptions>) {
    const running = scorer({
      inputs: [INPUT],
      outputs: OUTPUTS,
      group: 'scorer',
      drain: this.#drain,
      ...options,
    });
    this.#replay.subscribe({ next: (event) => this.events.push(event), error: () => {} });
    this.ended = lastValueFrom(this.#replay, { defaultValue: undefined });
    this.ended.catch(() => {});
    this.#subscription = running.subscribe(this.#replay);
    onTestFinished(() => this.#subscription.unsubscribe());
  }

  get commits(): PollCommitted[] {
    return this.events.filter((event) => event.type === 'committed');
  }

  /** Resolves at the first event, past or to come, after which `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    await firstValueFrom(this.#replay.pipe(filter(condition)));
  }

  /** Resolves when so many records are committed. */
  committed(records: number): Promise<void> {
    return this.until(() => this.commits.reduce((sum, event) => sum + event.records, 0) >= records);
  }

  drain(): void {
    this.#drain.next();
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}

/** The committed records of a topic, in the order of each partition. */
export async function readAll(transport: Transport, topic: string): Promise<LogRecord[]> {
  const group = randomUUID();
  const partitions = await transport.lag(group, [topic]);
  const expected = partitions.reduce((sum, { committed, end }) => sum + Number(end - committed), 0);
  const records: LogRecord[] = [];
  if (expected === 0) return records;
  const reading = transport
    .consume({ group, topics: [topic], from: 'earliest', maxRecords: 1000, maxBytes: 1 << 20 })
    .pipe(
      concatMap(async (poll) => {
        records.push(...poll.records);
        await (await poll.begin()).commit();
      }),
      takeWhile(() => records.length < expected),
    );
  await lastValueFrom(reading, { defaultValue: undefined });
  return records;
}

export async function readScored(transport: Transport): Promise<Sentiment[]> {
  const records = await readAll(transport, OUTPUTS.scored);
  return records.map(({ value }) => OUTPUTS.codec.decode(value ?? new Uint8Array()));
}
