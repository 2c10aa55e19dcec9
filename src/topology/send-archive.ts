import { hash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from '../backfill/archive.js';
import { type BackfillCounts, type BackfillOptions, backfill } from '../backfill/backfill.js';
import type { Origin } from '../backfill/journal.js';
import { rejectedLine } from '../backfill/rejected.js';
import type { ArchivedText, Row } from '../backfill/row.js';
import type { Window } from '../backfill/windows.js';
import { rawCodec } from '../codec/codecs.js';
import type { Domain } from '../codec/sentiment.js';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import type { OutgoingRecord, Transport } from '../transport/transport.js';
import { ArchiveLog } from './archive-log.js';
import { topicsOf } from './topics.js';
import type { Topology } from './topology.js';

/** Characters of a text that are sent: no model reads more, and a broker takes no more than 1 MB. */
const SENT_TEXT = 100_000;

export interface SendOptions extends Pick<BackfillOptions<OutgoingRecord>, 'onProgress'> {
  readonly archive: Archive;
  readonly topology: Topology;
  readonly transport: Transport;
  readonly origin: Origin;
  /** Folder of the journals. */
  readonly folder: string;
  readonly startOver: boolean;
}

/** What was sent, and what the names of its journal and its rejected rows begin with. */
export interface Sent {
  readonly counts: BackfillCounts;
  readonly base: string;
}

/**
 * Sends an archive through the log to the scorers of a topology, by the sources whose priority is `backfill`, and waits
 * until they have worked on it. Each row is sent once, however often this is killed and started again.
 *
 * @throws MoodtapeError MT_TOPOLOGY when the topology has no such source; MT_TRANSPORT when the log is out of reach.
 */
export async function sendArchive(options: SendOptions): Promise<Sent> {
  const { archive, topology, transport, origin, folder, startOver, onProgress } = options;
  const sources = topology.sources.filter(
    ({ priority, format }) => priority === 'backfill' && format !== 'avro',
  );
  if (sources.length === 0 || topology.scorer === undefined) {
    throw new MoodtapeError('MT_TOPOLOGY', `${topology.name} has no source for archives, or no scorer`, {
      remedy: 'add one with `priority: backfill` that reads JSON, as topologies/backfill.yaml has them',
    });
  }
  const topics = sources.map(({ topic }) => topic);
  const run = hash('sha256', JSON.stringify([topology.name, topics, origin])).slice(0, 16);
  const base = join(folder, `${topology.name}-${run}`);
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw asMoodtapeError(error, 'MT_FILE');
  });
  await transport.ensureTopics(topicsOf(topology));
  const { group } = topology.scorer;
  const results = await ArchiveLog.open({ transport, topics, group, run, base, origin, startOver });
  try {
    const work = recordsOf(new Map(sources.map(({ domain, topic }) => [domain, topic])));
    return { counts: await backfill({ archive, work, results, onProgress }), base };
  } finally {
    await results.close();
  }
}

/** Makes records of the rows of windows. */
function recordsOf(topics: ReadonlyMap<Domain, string>) {
  return async ({ rows }: Window): Promise<{ done: OutgoingRecord[]; rejected: string[] }> => {
    const done: OutgoingRecord[] = [];
    const rejected: string[] = [];
    for (const row of rows) {
      const record = recordOf(row, topics);
      if (record instanceof MoodtapeError) rejected.push(rejectedLine(row, record));
      else done.push(record);
    }
    return { done, rejected };
  };
}

function recordOf({ content }: Row, topics: ReadonlyMap<Domain, string>): OutgoingRecord | MoodtapeError {
  if (content instanceof MoodtapeError) return content;
  const topic = topics.get(content.domain);
  if (topic === undefined) {
    return new MoodtapeError(
      'MT_RECORD',
      `no source for archives takes texts of the domain ${content.domain}`,
    );
  }
  if (content.publishedAt === null) {
    return new MoodtapeError('MT_TIME', 'nothing says when it was published, and a record of the log must');
  }
  return { topic, key: null, value: rawCodec(content.domain, 'json').encode(rawOf(content)) };
}

/** As `schemas/NewsItem.avsc` and `schemas/ForumPost.avsc` have it. */
function rawOf({ id, text, domain, symbols, publishedAt }: ArchivedText) {
  const [symbol = null, board = null] = symbols;
  const common = { id, text: text.slice(0, SENT_TEXT), publishedAt };
  return domain === 'news' ? { ...common, symbols } : { ...common, symbol, board };
}
