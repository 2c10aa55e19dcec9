import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** Lets other processes go first. On Linux each thread has a priority of its own; those started later take their parent's. */
export async function beNice(niceness: number): Promise<void> {
  const threads = await readdir('/proc/self/task').catch(() => [String(process.pid)]);
  for (const thread of threads) setPriority(Number(thread), niceness);
}
