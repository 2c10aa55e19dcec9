import { asMoodtapeError } from '../../errors.js';
import { beNice } from '../../niceness.js';
import { loadBackend } from '../../training/backend.js';
import { limitThreads } from '../../training/onnx-runner.js';
import { performRefit } from './perform-refit.js';
import type { RefitMessage, RefitStart } from './protocol.js';

// The process of a refit. Its first argument says what to do; on its channel it hears `stop` and says how it goes on.

const send = (message: RefitMessage) => new Promise<void>((sent) => process.send?.(message, () => sent()));
// Another process will go on where this one stopped, and must not find it at work.
const orphaned = () => process.exit(1);
process.once('disconnect', orphaned);
const stop = new AbortController();
process.once('message', () => stop.abort());

try {
  const {
    folder,
    niceness,
    threads,
    features,
    backend: wanted,
  }: RefitStart = JSON.parse(process.argv[2] ?? '');
  await beNice(niceness);
  limitThreads(threads);
  const backend = await loadBackend(wanted);
  await performRefit(folder, {
    backend,
    features,
    stop: stop.signal,
    onStep: (step, steps, loss) => void send({ type: 'step', step, steps, loss }),
  });
} catch (error) {
  const { code, message, remedy } = asMoodtapeError(error, 'MT_INTERNAL');
  await send({ type: 'failed', code, message, remedy });
  process.exitCode = 1;
}
process.off('disconnect', orphaned);
process.disconnect();
