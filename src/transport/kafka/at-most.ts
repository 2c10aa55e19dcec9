import { setTimeout } from 'node:timers/promises';

/** Waits for `work`, but not for longer. */
export async function atMost(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  const enough = new AbortController();
  const late = setTimeout(milliseconds, undefined, { signal: enough.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  enough.abort();
}
