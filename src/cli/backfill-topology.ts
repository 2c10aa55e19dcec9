import { join } from 'node:path';
import type { Command } from 'commander';
import { openArchive } from '../backfill/archive.js';
import { originOf } from '../backfill/journal.js';
import { rejectedPath } from '../backfill/ledger.js';
import type { ReadingOptions } from '../backfill/row-reader.js';
import type { Source } from '../backfill/source.js';
import { createLogger } from '../observe/logger.js';
import { openLog } from '../topology/open-log.js';
import { sendArchive } from '../topology/send-archive.js';
import { SCORED } from '../topology/topics.js';
import type { Topology } from '../topology/topology.js';
import { conclude, followed, until } from './backfill-end.js';
import { settingsOf } from './settings-options.js';

interface Options {
  readonly force: boolean;
  readonly json: boolean;
}

/** Sends archives to the scorers of a topology, and waits for them. */
export async function sendThrough(
  topology: Topology,
  sources: readonly Source[],
  reading: ReadingOptions,
  { force, json }: Options,
  command: Command,
): Promise<void> {
  const { home, logLevel } = settingsOf(command);
  const archive = openArchive(sources, reading);
  const transport = await openLog(topology.log, createLogger(logLevel));
  const { seconds, onProgress, stop } = followed(archive);
  try {
    const sending = sendArchive({
      archive,
      topology,
      transport,
      // Whatever model the scorers have by then.
      origin: originOf(sources, reading, { version: topology.name }),
      folder: join(home, 'backfill'),
      startOver: force,
      onProgress,
    });
    const { counts, base } = await until(sending, topology.name);
    stop();
    await conclude({ counts, out: SCORED, rejects: rejectedPath(base), seconds: seconds() }, json);
  } finally {
    stop();
    await transport.close();
  }
}
