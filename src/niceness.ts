import { existsSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

// On Linux each thread has a priority of its own; those started later take that of the thread that starts them.

/** Niceness that makes way at once. */
const MOST = 19;

const THIS_THREAD = '/proc/thread-self';

/** Lets other processes go first, no less than before. */
export async function beNice(niceness: number): Promise<void> {
  const threads = await readdir('/proc/self/task').catch(() => [String(process.pid)]);
  for (const thread of threads.map(Number)) {
    if (getPriority(thread) < niceness) setPriority(thread, niceness);
  }
}

/** Lets other threads of this process go before the one that calls; nothing where threads have no priorities. */
export function beNiceToThreads(niceness: number): void {
  if (!existsSync(THIS_THREAD)) return;
  const thread = Number(basename(readlinkSync(THIS_THREAD)));
  setPriority(thread, Math.min(MOST, getPriority(thread) + niceness));
}
