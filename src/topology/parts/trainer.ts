import { defer, finalize, ignoreElements, merge, takeUntil } from 'rxjs';
import { labelCodec, modelEventCodec, sentimentCodec } from '../../codec/codecs.js';
import type { TrainerEvent } from '../../refit/trainer-event.js';
import type { Poll } from '../../transport/transport.js';
import { aborted } from '../aborted.js';
import { decodeLabels } from '../decode-labels.js';
import { decodePoll } from '../decode-poll.js';
import type { OpenTrainer } from '../open-trainer.js';
import type { Part, PartContext } from '../part.js';
import { pollLoop } from '../poll-loop.js';
import { publishModels } from '../publish-models.js';
import { DEAD_LETTERS, SCORED } from '../topics.js';
import type { Topology } from '../topology.js';

const LABEL_RECORDS = 256;
const SCORED_RECORDS = 1024;

type Options = NonNullable<Topology['trainer']>;

/** Takes labels in and learns from them; what happens to models goes to the topic `models`. */
export function trainerPart(
  { group, topic, format, eventFormat }: Options,
  { trainer, registry: models }: OpenTrainer,
  { transport, registry, logger, report }: PartContext,
  onEvent: (event: TrainerEvent) => void,
): Part {
  const labels = labelCodec(format, registry);
  const events = modelEventCodec(eventFormat, registry);
  const takeIn = async (poll: Poll) => {
    const decoded = await decodeLabels(poll, labels, DEAD_LETTERS);
    await trainer.add(decoded.labels);
    const { length } = decoded.labels.entries;
    onEvent({ type: 'labelsRead', topic, partition: poll.partition, labels: length, dead: decoded.dead });
    return decoded.deadLetters;
  };
  const source = { group, topics: [topic], maxRecords: LABEL_RECORDS };
  return {
    name: 'trainer',
    group,
    topics: [topic],
    run: (drain) =>
      defer(() => {
        const stop = new AbortController();
        const polls = pollLoop(transport, source, { outputs: takeIn }, report, drain);
        return merge(
          polls.pipe(finalize(() => stop.abort())),
          defer(() => trainer.run(stop.signal)),
          publishModels(models, transport, events, logger).pipe(takeUntil(aborted(stop.signal))),
        ).pipe(ignoreElements());
      }),
  };
}

/** Counts what the versions of the model say of texts, so that the live one can be compared with the one before. */
export function scoredWatchPart(
  { group }: Options,
  { trainer }: OpenTrainer,
  { transport, registry, logger, report }: PartContext,
): Part {
  const codec = sentimentCodec('auto', registry);
  const count = async (poll: Poll) => {
    const { topic, partition } = poll;
    await trainer.addScored({ topic, partition, entries: await decodePoll(poll, codec, logger) });
    return [];
  };
  const source = { group: `${group}-watch`, topics: [SCORED], maxRecords: SCORED_RECORDS };
  return {
    name: 'watch',
    ...{ group: source.group, topics: source.topics },
    run: (drain) => pollLoop(transport, source, { outputs: count }, report, drain),
  };
}
