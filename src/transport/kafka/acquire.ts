import { messageOf } from '../../errors.js';
import type { ConsumeOptions } from '../transport.js';
import type { Claim } from './claim.js';
import { isRefused } from './errors.js';
import type { Bounds } from './offsets.js';
import type { PartitionLog } from './options.js';
import { rest } from './rest.js';

export interface AcquireContext {
  readonly options: Pick<ConsumeOptions, 'from'>;
  readonly claim: Claim;
  readonly log: PartitionLog;
  bounds(): Promise<Bounds>;
}

/**
 * Takes the claim of a partition, however often it has to be tried; resolves to where to read from, or to nothing when `signal`
 * has aborted.
 *
 * @throws MoodtapeError MT_TRANSPORT when the brokers refuse it.
 */
export async function acquire(context: AcquireContext, signal: AbortSignal): Promise<bigint | undefined> {
  for (let failed = 0; !signal.aborted; failed++) {
    try {
      const start = await startOf(context, signal);
      if (!signal.aborted) return start;
    } catch (error) {
      if (isRefused(error)) throw error;
      if (!signal.aborted) context.log('warn', 'cannot acquire a partition yet', { error: messageOf(error) });
    }
    await rest(failed, signal);
  }
  return undefined;
}

/**
 * The group is where it starts from now on, whatever becomes of this consumer; but all begin at the first record anyhow. What
 * lies beyond the end is left to the fetches: the end that a broker tells is behind for a moment after a change of leader.
 */
async function startOf(
  { options, claim, log, bounds }: AcquireContext,
  signal: AbortSignal,
): Promise<bigint> {
  const committed = await claim.take();
  const { low, high } = await bounds();
  if (committed === undefined && options.from === 'earliest') return low;
  const offset = committed ?? high;
  const start = offset < low ? low : offset;
  if (offset < low)
    log('warn', 'records have expired before they were read', { from: String(offset), to: String(low) });
  if (start !== committed) await claim.advance(start, [], signal);
  return start;
}
