import { concatMap, defer, ignoreElements, type Observable, retry, timer } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import type { ModelEvent } from '../codec/model-event.js';
import { asMoodtapeError } from '../errors.js';
import type { Logger } from '../observe/logger.js';
import type { ModelRegistry } from '../registry/registry.js';
import type { OutgoingRecord, Transport } from '../transport/transport.js';
import { decodePoll } from './decode-poll.js';
import { MODELS } from './topics.js';

/** Milliseconds before what was out of reach is asked again. */
const RETRY_MS = 10_000;
/** Reads nothing: the log says for any group where a topic ends. */
const GROUP = 'moodtape-models';

/**
 * Writes the journal of a registry to the topic `models`, in its order and without gaps, for as long as it is subscribed to.
 * Where to go on, the topic itself says: so each event is there once, as long as one process writes it.
 */
export function publishModels(
  registry: Pick<ModelRegistry, 'events' | 'follow'>,
  transport: Transport,
  codec: Codec<ModelEvent>,
  logger: Logger,
  retryMs = RETRY_MS,
): Observable<never> {
  const publish = async (after: number): Promise<number> => {
    const events = await registry.events(after);
    if (events.length > 0) await transport.append(events.map((event) => recordOf(event, codec)));
    return events.at(-1)?.seq ?? after;
  };
  return defer(() => lastPublished(transport, codec, logger)).pipe(
    concatMap((published) => {
      let last = published;
      return registry.follow().pipe(
        concatMap(async () => {
          last = await publish(last);
        }),
      );
    }),
    ignoreElements(),
    retry({
      delay: (error: unknown) => {
        const { code, message } = asMoodtapeError(error, 'MT_TRANSPORT');
        logger.warn({ code, message }, 'what happens to models cannot be written to the log; trying again');
        return timer(retryMs);
      },
    }),
  );
}

function recordOf(event: ModelEvent, codec: Codec<ModelEvent>): OutgoingRecord {
  return { topic: MODELS, partition: 0, key: Buffer.from(event.model), value: codec.encode(event) };
}

/** Number of the last event in the topic; 0 when there is none. */
async function lastPublished(
  transport: Transport,
  codec: Codec<ModelEvent>,
  logger: Logger,
): Promise<number> {
  const [place] = await transport.lag(GROUP, [MODELS]);
  const from = (await transport.offsetsAt(MODELS, 0)).get(0) ?? 0n;
  if (place === undefined || place.end <= from) return 0;
  let last = 0;
  for await (const records of transport.read([{ topic: MODELS, partition: 0, from, until: place.end }])) {
    for (const { value } of await decodePoll({ records }, codec, logger)) last = Math.max(last, value.seq);
  }
  return last;
}
