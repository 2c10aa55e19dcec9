import { createReadStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { splitLines } from '../backfill/lines.js';
import { userPath } from '../config.js';
import { MoodtapeError, messageOf } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import { renewer } from './renew.js';
import type { Topology } from './topology.js';

type Feed = Topology['feeds'][number];

/** Lines that are written together when there is no rate to keep. */
const CHUNK = 256;
/** Seconds between two writes of a fast feed that keeps a rate. */
const BEAT = 0.1;

/**
 * Writes a feed's lines into its topic, each as one record, until the file ends, or until `stop` for one that loops.
 *
 * @throws MoodtapeError MT_FILE when the file cannot be read, MT_TRANSPORT when the log refuses the records.
 */
export async function replay(feed: Feed, transport: Transport, stop: AbortSignal): Promise<void> {
  const { topic, rate, loop } = feed;
  do {
    const change = loop ? renewer(Date.now()) : (line: Uint8Array) => line;
    for await (const lines of paced(linesOf(feed), rate, stop)) {
      if (stop.aborted) return;
      await transport.append(lines.map((line) => ({ topic, key: null, value: change(line) })));
    }
  } while (loop && !stop.aborted);
}

async function* linesOf({ file }: Feed): AsyncGenerator<Uint8Array> {
  try {
    for await (const line of splitLines(createReadStream(userPath(file)))) {
      if (line.length > 0) yield line;
    }
  } catch (cause) {
    throw new MoodtapeError('MT_FILE', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Items in groups: `rate` items a second, or as fast as they are taken when it is 0. */
async function* paced<T>(items: AsyncIterable<T>, rate: number, stop: AbortSignal): AsyncGenerator<T[]> {
  const started = performance.now();
  const size = rate === 0 ? CHUNK : Math.max(1, Math.floor(rate * BEAT));
  let group: T[] = [];
  let count = 0;
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    count += size;
    group = [];
    const early = rate === 0 ? 0 : (count / rate) * 1000 - (performance.now() - started);
    // Rejects when the feed is to stop, which the next turn sees.
    if (early > 0) await setTimeout(early, undefined, { signal: stop }).catch(() => {});
  }
  if (group.length > 0) yield group;
}
