import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { MoodtapeError } from '../../errors.js';
import type { RefitMessage, RefitProgress, RefitStart } from './protocol.js';
import { readResult } from './refit-folder.js';
import type { RefitResult } from './refit-request.js';

/** How a refit runs; none of it changes what it comes to, but for the last digits of another backend. */
export interface RefitOptions extends Omit<RefitStart, 'folder'> {
  /** When it aborts, the state is saved and the refit ends with MT_INTERRUPTED. */
  readonly stop: AbortSignal;
  readonly onProgress?: ((progress: RefitProgress) => void) | undefined;
}

const PROCESS = new URL('./refit-process.js', import.meta.url);
/** Letters of what a process wrote on stderr that its failure repeats. */
const LAST_WORDS = 2000;

/**
 * Learns adapters, router and head on the request in the folder (`prepareRefit`), in a process of its own, and judges the
 * bundle that it makes against the incumbent. After a crash at any moment, SIGKILL too, the same call goes on, to the same
 * bundle and decision; a refit that is done gives its result again. One call at a time a folder.
 *
 * @throws MoodtapeError MT_INTERRUPTED when it was stopped, MT_TRAINING when its process died, else what the work throws.
 */
export async function runRefit(folder: string, options: RefitOptions): Promise<RefitResult> {
  const { stop, onProgress } = options;
  const before = await readResult(folder);
  if (before !== undefined) return before;
  const child = startRefit(folder, options);
  const ask = () => child.send('stop', () => {});
  if (stop.aborted) ask();
  stop.addEventListener('abort', ask);
  const failure = await failureOf(child, onProgress).finally(() => stop.removeEventListener('abort', ask));
  const result = await readResult(folder);
  if (result !== undefined) return result;
  if (stop.aborted) throw new MoodtapeError('MT_INTERRUPTED', `the refit in ${folder} was stopped`);
  throw failure;
}

/** Waits for the end. @returns why there may be no result */
async function failureOf(
  child: ChildProcess,
  onProgress: RefitOptions['onProgress'],
): Promise<MoodtapeError> {
  let failure: MoodtapeError | undefined;
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  child.on('message', (message: RefitMessage) => {
    if (message.type === 'step') onProgress?.(message);
    else failure = new MoodtapeError(message.code, message.message, { remedy: message.remedy });
  });
  const [code, signal] = await once(child, 'close');
  return (
    failure ??
    new MoodtapeError(
      'MT_TRAINING',
      `the process of a refit ended by ${signal ?? `code ${code}`}: ${said.trim()}`,
      {
        remedy: 'run it again; it goes on where it stopped',
      },
    )
  );
}

/** Starts the process of a refit. */
export function startRefit(
  folder: string,
  { niceness, threads, features, backend }: Omit<RefitOptions, 'stop' | 'onProgress'>,
): ChildProcess {
  const start: RefitStart = { folder, niceness, threads, features, backend };
  const most = String(threads);
  const env = {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: most,
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: most,
  };
  return fork(PROCESS, [JSON.stringify(start)], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}
