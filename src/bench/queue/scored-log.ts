import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observable } from 'rxjs';
import { rawCodec, sentimentCodec } from '../../codec/codecs.js';
import type { Input } from '../../flow/decode.js';
import type { ScorerEvent } from '../../flow/event.js';
import { type ScorerOptions, scorer } from '../../flow/scorer.js';
import { openEmbeddedTransport } from '../../transport/embedded/transport.js';
import type { OutgoingRecord, Transport } from '../../transport/transport.js';

/** Partitions of the raw texts, which take turns: text n is record ⌊n / PARTITIONS⌋ of partition n mod PARTITIONS. */
export const PARTITIONS = 4;

const RAW = 'raw';
const ARCHIVE = 'archive';
const OUTPUTS = { scored: 'scored', deadLetters: 'dead-letters', codec: sentimentCodec('avro') };
const CODEC = rawCodec('news', 'json');

/** Gives `use` an empty log on this machine's disk, in a folder that goes when it is done. */
export async function withLog<T>(use: (transport: Transport) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  const transport = openEmbeddedTransport(folder);
  try {
    await transport.ensureTopics([
      { name: RAW, partitions: PARTITIONS },
      { name: ARCHIVE, partitions: PARTITIONS },
      { name: OUTPUTS.scored, partitions: PARTITIONS },
      { name: OUTPUTS.deadLetters, partitions: 1 },
    ]);
    return await use(transport);
  } finally {
    await transport.close();
    await rm(folder, { recursive: true });
  }
}

/** The record of text `n`. */
export function rawRecord(text: string, n: number): OutgoingRecord {
  const value = CODEC.encode({ id: String(n), text, publishedAt: 1_772_414_115 });
  return { topic: RAW, partition: n % PARTITIONS, key: null, value };
}

/** The same text in an archive that is backfilled. */
export function archivedRecord(text: string, n: number): OutgoingRecord {
  return { ...rawRecord(text, n), topic: ARCHIVE };
}

/** Whether an event is about texts that come live. */
export function isLive({ topic }: { readonly topic: string }): boolean {
  return topic === RAW;
}

/**
 * Scores what is in the log and what comes to it; every text is read by the model.
 *
 * @param archives whether archives are scored too, below what comes live
 */
export function scoreLog(
  options: Pick<ScorerOptions, 'transport' | 'engine' | 'cost'>,
  archives = false,
): Observable<ScorerEvent> {
  const live: Input = { topic: RAW, domain: 'news', codec: CODEC };
  const archive: Input = { ...live, topic: ARCHIVE, priority: 'backfill' };
  const inputs = archives ? [live, archive] : [live];
  return scorer({ ...options, inputs, outputs: OUTPUTS, group: 'bench', cacheSize: 0 });
}
