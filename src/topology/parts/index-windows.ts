import { defer } from 'rxjs';
import { sentimentCodec, sentimentIndexCodec } from '../../codec/codecs.js';
import type { SentimentIndex } from '../../codec/sentiment.js';
import type { Poll } from '../../transport/transport.js';
import { Indexer } from '../indexer.js';
import type { Part, PartContext } from '../part.js';
import { pollLoop } from '../poll-loop.js';
import { INDEX, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

/** A text changes eight rows and more: a few hundred texts are a transaction of some thousand rows. */
const POLL_RECORDS = 256;

/**
 * Makes index rows of scored texts.
 *
 * @param onLate is told how many of a poll's texts came too late for a window that is closed
 */
export function indexPart(
  { windows, lateness, group, format }: NonNullable<Topology['index']>,
  { transport, registry, logger, report }: PartContext,
  onLate: (texts: number) => void = () => {},
): Part {
  const topics = [SCORED];
  const scored = sentimentCodec('auto', registry);
  const index = sentimentIndexCodec(format, registry);
  const toRecord = (row: SentimentIndex) => ({
    topic: INDEX,
    key: Buffer.from(keyOf(row)),
    value: index.encode(row),
  });
  return {
    name: 'index',
    group,
    topics,
    run: (drain) =>
      defer(() => {
        const indexer = new Indexer({
          windows,
          latenessMs: lateness,
          group,
          log: transport,
          codec: scored,
          logger,
          onLate,
        });
        const work = {
          outputs: async (poll: Poll) => (await indexer.add(poll)).map(toRecord),
          committed: () => indexer.committed(),
        };
        return pollLoop(transport, { group, topics, maxRecords: POLL_RECORDS }, work, report, drain);
      }),
  };
}

function keyOf({ symbol, domain, window, start }: SentimentIndex): string {
  return [symbol, domain, window, start].join(' ');
}
