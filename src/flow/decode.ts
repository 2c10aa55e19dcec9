import { identity, mergeMap, type OperatorFunction, pipe } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import { decodeText, type RawText } from '../codec/raw-text.js';
import type { Domain } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import type { Priority } from '../inference/planner.js';
import type { LogRecord } from '../transport/transport.js';
import type { Arrival, Failed } from './item.js';
import { stage } from './stage.js';

/** A topic of raw texts. */
export interface Input {
  readonly topic: string;
  readonly domain: Domain;
  readonly codec: Codec;
  /** `live` when left out. */
  readonly priority?: Priority;
}

export interface Decoded {
  readonly arrival: Arrival;
  readonly priority: Priority;
  readonly raw: RawText;
}

/**
 * Reads each record in the way of its topic; one that cannot be read goes on as `Failed`. A record whose schema has to
 * be fetched first waits for it alone: those behind it overtake it, and `commit` puts them in order again.
 */
export function decode(
  inputs: readonly Input[],
): OperatorFunction<{ readonly arrival: Arrival }, Decoded | Failed> {
  const byTopic = new Map(inputs.map((input) => [input.topic, input]));

  const prepared = ({ topic, value }: LogRecord) =>
    value === null ? undefined : byTopic.get(topic)?.codec.prepare?.(value);

  const prepare = mergeMap((item: { readonly arrival: Arrival }) => {
    const waiting = prepared(item.arrival.record);
    return waiting === undefined ? [item] : waiting.then(() => item);
  });

  return pipe(
    inputs.some(({ codec }) => codec.prepare) ? prepare : identity,
    stage('decode', ({ arrival }) => {
      const { topic, value } = arrival.record;
      const input = byTopic.get(topic);
      if (input === undefined) throw new MoodtapeError('MT_CONFIG', `topic ${topic} is not an input`);
      const { domain, codec, priority = 'live' } = input;
      return { arrival, priority, raw: decodeText(value, domain, codec) };
    }),
  );
}
