import { sentimentCodec, sentimentIndexCodec } from '../../codec/codecs.js';
import { logEvent } from '../../observe/log-events.js';
import type { Logger } from '../../observe/logger.js';
import type { Poll, Transport } from '../../transport/transport.js';
import type { View } from '../../view/view.js';
import { decodePoll } from '../decode-poll.js';
import type { Part } from '../part.js';
import { pollLoop } from '../poll-loop.js';
import { INDEX, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

/** Brings scored texts and index rows into the view. */
export function viewPart(
  { group }: NonNullable<Topology['view']>,
  transport: Transport,
  view: View,
  logger: Logger,
): Part {
  const topics = [SCORED, INDEX];
  const [scored, index] = [sentimentCodec('json'), sentimentIndexCodec('json')];
  const apply = async (poll: Poll) => {
    const { topic, partition } = poll;
    if (topic === SCORED) {
      await view.applyScored({ topic, partition, entries: await decodePoll(poll, scored, logger) });
    } else {
      await view.applyIndex({ topic, partition, entries: await decodePoll(poll, index, logger) });
    }
    return [];
  };
  return {
    name: 'view',
    group,
    topics,
    run: (drain) =>
      pollLoop(transport, { group, topics }, { outputs: apply }, (event) => logEvent(logger, event), drain),
  };
}
