import { filter, firstValueFrom, tap } from 'rxjs';
import type { PollCommitted, ScorerEvent } from '../../flow/event.js';
import type { CostCoefficients } from '../../inference/cost-model.js';
import type { Engine } from '../../inference/engine.js';
import type { OutgoingRecord } from '../../transport/transport.js';
import { openLoop } from './arrivals.js';
import { archivedRecord, isLive, PARTITIONS, rawRecord, scoreLog, withLog } from './scored-log.js';
import type { Serve } from './served.js';

/** Records that are appended together. */
const CHUNK = 1024;

/**
 * Serves texts from a log on this machine's disk: from a text as it comes to the transaction that commits its score.
 *
 * @param archived texts of an archive that lie in the log before, for a scorer that takes archives too
 */
export function serveLog(
  engine: Engine,
  texts: readonly string[],
  cost: CostCoefficients,
  archived?: number,
): Serve {
  return (arrivals) =>
    withLog(async (transport) => {
      for (let n = 0; n < (archived ?? 0); n += CHUNK) {
        const length = Math.min(CHUNK, (archived ?? 0) - n);
        await transport.append(
          Array.from({ length }, (_, i) => archivedRecord(texts[(n + i) % texts.length] ?? '', n + i)),
        );
      }
      const latencies = new Float64Array(arrivals.length);
      const commits: number[] = [];
      const started = performance.now();
      let done = 0;

      const noteCommit = ({ partition, records, nextOffset, spent }: PollCommitted) => {
        const now = (performance.now() - started) / 1000;
        commits.push(spent.commit / 1000);
        for (let offset = Number(nextOffset) - records; offset < nextOffset; offset++) {
          const index = offset * PARTITIONS + partition;
          latencies[index] = now - (arrivals[index] ?? 0);
        }
        done += records;
      };
      const note = (event: ScorerEvent) => {
        if (event.type === 'committed' && isLive(event)) noteCommit(event);
      };

      let waiting: OutgoingRecord[] = [];
      let appended = Promise.resolve();
      const append = async () => {
        const records = waiting;
        waiting = [];
        if (records.length > 0) await transport.append(records);
      };
      const arrive = (index: number) => {
        waiting.push(rawRecord(texts[index % texts.length] ?? '', index));
        // What comes while records are being written is written together, after them.
        appended = appended.then(append);
        appended.catch(() => {});
      };
      await Promise.all([
        firstValueFrom(
          scoreLog({ transport, engine, cost }, archived !== undefined).pipe(
            tap(note),
            filter(() => done === arrivals.length),
          ),
        ),
        openLoop(arrivals, started, arrive).then(() => appended),
      ]);
      return { latencies, seconds: (performance.now() - started) / 1000, commits };
    });
}
