/** Reading outside any group. */
import { firstValueFrom, fromEvent, race, timer } from 'rxjs';
import { MoodtapeError } from '../../errors.js';
import type { LogRecord, Positions, Stretch } from '../transport.js';
import type { Log } from './log.js';

/** Of what is given at a time. */
const BOUNDS = { maxRecords: 1024, maxBytes: 4 * 2 ** 20 } as const;
/** Milliseconds between looks for what other processes have written. */
const LOOK_EVERY_MS = 50;

type Records = AsyncGenerator<readonly LogRecord[]>;

export async function* readStretches(log: Log, stretches: readonly Stretch[]): Records {
  for (const { topic, partition, from, until } of stretches) {
    const found = log.partitionsOf(topic)[partition];
    if (found === undefined)
      throw new MoodtapeError('MT_TRANSPORT', `topic ${topic} has no partition ${partition}`);
    for (let offset = Number(from); offset < until; ) {
      const records = log.read(found, offset, BOUNDS).filter((record) => record.offset < until);
      const last = records.at(-1);
      if (last === undefined) break;
      yield records;
      offset = Number(last.offset) + 1;
    }
  }
}

export async function* tail(log: Log, from: Positions, signal: AbortSignal): Records {
  const ended = fromEvent(signal, 'abort');
  const places = [...from].flatMap(([topic, offsets]) =>
    log.partitionsOf(topic).map((found) => ({ found, next: Number(offsets.get(found.partition) ?? 0n) })),
  );
  while (!signal.aborted) {
    let isIdle = true;
    for (const place of places) {
      if (signal.aborted) return;
      if (log.end(place.found.id) <= place.next) continue;
      const records = log.read(place.found, place.next, BOUNDS);
      const last = records.at(-1);
      if (last === undefined) continue;
      isIdle = false;
      place.next = Number(last.offset) + 1;
      yield records;
    }
    if (isIdle) await firstValueFrom(race(log.environment.changes, timer(LOOK_EVERY_MS), ended));
  }
}
