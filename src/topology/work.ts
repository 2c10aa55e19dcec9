import { setTimeout } from 'node:timers/promises';
import { ignoreElements, lastValueFrom, ReplaySubject, Subject, takeUntil } from 'rxjs';
import type { Transport } from '../transport/transport.js';
import { aborted } from './aborted.js';
import type { Part } from './part.js';

/** How often a part that is to catch up is looked at. */
const LOOK_EVERY_MS = 20;

export interface WorkOptions {
  readonly transport: Transport;
  /** Resolves when the feeds have ended. */
  readonly feeds: Promise<unknown>;
  /** Aborts when the work is to end. */
  readonly stop: AbortSignal;
  /** End when the feeds do, and all that they wrote has been worked on. */
  readonly once: boolean;
}

/**
 * Runs parts side by side until the work is to end, then drains them one after the other, in the order of the flow.
 * Fails when one of them or a feed fails; the others end at once then, and lose nothing that is committed.
 */
export async function work(parts: readonly Part[], options: WorkOptions): Promise<void> {
  const { transport, feeds, stop, once } = options;
  const abandon = new Subject<void>();
  const running = parts.map((part) => {
    // Replays: a part that is still starting must not miss it.
    const drain = new ReplaySubject<void>(1);
    const work = part.run(drain).pipe(takeUntil(abandon), ignoreElements());
    return { part, drain, ended: lastValueFrom(work, { defaultValue: undefined }) };
  });
  const allEnded = Promise.all(running.map(({ ended }) => ended));
  const fed = once ? feeds : feeds.then(() => aborted(stop));
  try {
    await Promise.race([fed, aborted(stop), allEnded]);
    for (const { part, drain, ended } of running) {
      if (once) await Promise.race([caughtUp(part, transport, stop), allEnded]);
      drain.next();
      await Promise.race([ended, allEnded]);
    }
  } finally {
    abandon.next();
  }
}

/** Resolves when a part has committed all that is in its topics, or `stop` has aborted. */
async function caughtUp({ group, topics }: Part, transport: Transport, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const lag = await transport.lag(group, topics);
    if (lag.every(({ committed, end }) => committed >= end)) return;
    await setTimeout(LOOK_EVERY_MS);
  }
}
