import { readdir } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';

/**
 * Lets other processes go first, no less than before. On Linux each thread has a priority of its own; those started later
 * take that of the thread that starts them.
 */
export async function beNice(niceness: number): Promise<void> {
  const threads = await readdir('/proc/self/task').catch(() => [String(process.pid)]);
  for (const thread of threads.map(Number)) {
    if (getPriority(thread) < niceness) setPriority(thread, niceness);
  }
}
