import { concat, defer, ignoreElements, takeUntil } from 'rxjs';
import { sentimentCodec, sentimentIndexCodec } from '../../codec/codecs.js';
import type { Poll } from '../../transport/transport.js';
import type { View } from '../../view/view.js';
import { decodePoll } from '../decode-poll.js';
import type { Part, PartContext } from '../part.js';
import { pollLoop } from '../poll-loop.js';
import { INDEX, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

const POLL_RECORDS = 1024;

/**
 * Brings scored texts and index rows into the view, once it has answered: one that refuses ends the run before there is
 * a record, and while it is away the topics are left to others.
 */
export function viewPart(
  { group }: NonNullable<Topology['view']>,
  view: View,
  { transport, registry, logger, report }: PartContext,
): Part {
  const topics = [SCORED, INDEX];
  const [scored, index] = [sentimentCodec('auto', registry), sentimentIndexCodec('auto', registry)];
  const apply = async (poll: Poll) => {
    const { topic, partition } = poll;
    if (topic === SCORED) {
      await view.applyScored({ topic, partition, entries: await decodePoll(poll, scored, logger) });
    } else {
      await view.applyIndex({ topic, partition, entries: await decodePoll(poll, index, logger) });
    }
    return [];
  };
  const answer = defer(() => view.recent({ limit: 1 })).pipe(ignoreElements());
  return {
    name: 'view',
    group,
    topics,
    run: (drain) =>
      concat(
        answer.pipe(takeUntil(drain)),
        pollLoop(transport, { group, topics, maxRecords: POLL_RECORDS }, { outputs: apply }, report, drain),
      ),
  };
}
