import type { OperatorFunction } from 'rxjs';
import type { Domain } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import type { Priority } from '../inference/planner.js';
import type { Arrival, Failed } from './item.js';
import { stage } from './stage.js';

/** What a record says. */
export interface RawText {
  readonly id: string;
  readonly text: string;
  readonly domain: Domain;
  readonly symbols: readonly string[];
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly title?: string | undefined;
}

/** A topic of raw texts. */
export interface Input {
  readonly topic: string;
  readonly priority: Priority;
  /** Reads a record's value. @throws MoodtapeError with the code of what is wrong with it. */
  readonly decode: (value: Uint8Array) => RawText;
}

export interface Decoded {
  readonly arrival: Arrival;
  readonly priority: Priority;
  readonly raw: RawText;
}

/** Reads each record in the way of its topic; one that cannot be read goes on as `Failed`. */
export function decode(
  inputs: readonly Input[],
): OperatorFunction<{ readonly arrival: Arrival }, Decoded | Failed> {
  const byTopic = new Map(inputs.map((input) => [input.topic, input]));
  return stage('decode', ({ arrival }) => {
    const { topic, value } = arrival.record;
    const input = byTopic.get(topic);
    if (input === undefined) throw new MoodtapeError('MT_CONFIG', `topic ${topic} is not an input`);
    if (value === null) throw new MoodtapeError('MT_RECORD', 'the record has no value');
    return { arrival, priority: input.priority, raw: input.decode(value) };
  });
}
