import { defer, filter, ignoreElements, map, mergeMap, type OperatorFunction, tap } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import type { Sentiment } from '../codec/sentiment.js';
import type { ErrorCode } from '../errors.js';
import type { OutgoingRecord, Poll } from '../transport/transport.js';
import { acknowledger } from './acknowledge.js';
import { deadLetter } from './dead-letter.js';
import type { Report } from './event.js';
import { type Delivery, Failed, type Scored } from './item.js';

export interface Outputs {
  /** Topic of the scored texts. */
  readonly scored: string;
  /** Topic of the records that could not be scored. */
  readonly deadLetters: string;
  /** Writes the scored texts. */
  readonly codec: Codec<Sentiment>;
}

/** A poll with what came of all its records. */
interface Gathered {
  readonly delivery: Delivery;
  readonly results: (Scored | Failed)[];
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
        gather(),
        mergeMap(({ delivery: { poll, receivedAt, spent }, results }) => {
          const started = performance.now();
          return acknowledge(poll, inOrder(results).map(toRecord)).pipe(
            filter((committed) => committed),
            tap(() => {
              const commit = performance.now() - started;
              const milliseconds = now() - receivedAt;
              report({ ...committedEvent(poll, results), milliseconds, spent: { ...spent, commit } });
            }),
          );
        }),
        ignoreElements(),
      );
    });
}

/** Emits a delivery when all its results are there. One that the end of the stream cuts short must not be acknowledged. */
function gather(): OperatorFunction<Scored | Failed, Gathered> {
  return (items) =>
    defer(() => {
      const gathering = new Map<Delivery, (Scored | Failed)[]>();
      return items.pipe(
        map((item) => {
          const { delivery } = item.arrival;
          const results = gathering.get(delivery) ?? [];
          if (results.push(item) === 1) gathering.set(delivery, results);
          return { delivery, results };
        }),
        filter(({ delivery, results }) => results.length === delivery.poll.records.length),
        tap(({ delivery }) => gathering.delete(delivery)),
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
