import {
  concatMap,
  defer,
  filter,
  groupBy,
  ignoreElements,
  map,
  mergeMap,
  type OperatorFunction,
  skip,
  tap,
  toArray,
} from 'rxjs';
import type { Codec } from '../codec/codec.js';
import type { Sentiment } from '../codec/sentiment.js';
import type { ErrorCode } from '../errors.js';
import type { OutgoingRecord, Poll } from '../transport/transport.js';
import { acknowledger } from './acknowledge.js';
import { deadLetter } from './dead-letter.js';
import type { Report } from './event.js';
import { Failed, type Scored } from './item.js';

export interface Outputs {
  /** Topic of the scored texts. */
  readonly scored: string;
  /** Topic of the records that could not be scored. */
  readonly deadLetters: string;
  /** Writes the scored texts. */
  readonly codec: Codec<Sentiment>;
}

export interface CommitOptions {
  readonly outputs: Outputs;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly report: Report;
}

/**
 * Puts the polls together again. A poll is complete when each of its records is scored or a dead letter; then its
 * outputs, in the order of their offsets, and its next offset go into the log in one transaction.
 *
 * A scored text has its id as the key: ids spread evenly, and two scores of one text stay in order. Symbols would do
 * neither: a text may be about several or none, and a few symbols are what most texts are about.
 */
export function commit({ outputs, now, report }: CommitOptions): OperatorFunction<Scored | Failed, never> {
  const toRecord = (item: Scored | Failed): OutgoingRecord =>
    item instanceof Failed
      ? deadLetter(outputs.deadLetters, item, now())
      : {
          topic: outputs.scored,
          key: Buffer.from(item.sentiment.id),
          value: outputs.codec.encode(item.sentiment),
        };

  return (items) =>
    defer(() => {
      const acknowledge = acknowledger(report);
      return items.pipe(
        groupBy(({ arrival }) => arrival.delivery, {
          duration: (group) => group.pipe(skip(group.key.poll.records.length - 1)),
        }),
        mergeMap((group) =>
          group.pipe(
            toArray(),
            // A poll that the end of the stream cut short must not be acknowledged.
            filter((results) => results.length === group.key.poll.records.length),
            map(inOrder),
            concatMap((results) => {
              const started = performance.now();
              return acknowledge(group.key.poll, results.map(toRecord)).pipe(
                filter((committed) => committed),
                map(() => ({ results, commit: performance.now() - started })),
              );
            }),
            tap(({ results, commit }) => {
              const { poll, receivedAt, spent } = group.key;
              const milliseconds = now() - receivedAt;
              report({ ...committedEvent(poll, results), milliseconds, spent: { ...spent, commit } });
            }),
          ),
        ),
        ignoreElements(),
      );
    });
}

function inOrder(results: (Scored | Failed)[]): (Scored | Failed)[] {
  return results.sort((a, b) => (a.arrival.record.offset < b.arrival.record.offset ? -1 : 1));
}

function committedEvent({ topic, partition, nextOffset }: Poll, results: readonly (Scored | Failed)[]) {
  const dead: Partial<Record<ErrorCode, number>> = {};
  let scored = 0;
  let cached = 0;
  for (const result of results) {
    if (result instanceof Failed) {
      dead[result.error.code] = (dead[result.error.code] ?? 0) + 1;
    } else {
      scored++;
      if (result.cached) cached++;
    }
  }
  const type = 'committed' as const;
  return { type, topic, partition, records: results.length, scored, cached, dead, nextOffset };
}
