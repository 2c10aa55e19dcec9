/**
 * A process of its own for the crash tests: `worker.ts ROLE JOB`. It says `ready` when it has begun.
 *
 * - `copy` carries the input over to the output;
 * - `append` writes to the output, ten records at a time;
 * - `hold` takes a poll of the input and commits it when it is sent a message, then says `committed` or the error's code.
 */
import { MoodtapeError } from '../../src/errors.js';
import { copyTo, hold, numbered, Reader } from '../conformance/transport/reader.js';
import { type Job, openLog } from './log.js';

const [role, job = ''] = process.argv.slice(2);
const { log, input, output, group }: Job = JSON.parse(job);
const transport = openLog(log);
const options = { group, topics: [input], maxRecords: 50 };
const say = (word: string) => process.send?.(word);

if (role === 'copy') {
  const copy = copyTo(output);
  new Reader(transport, options, async (poll) => {
    say('ready');
    return copy(poll);
  });
} else if (role === 'append') {
  await transport.append(numbered(output, 10));
  say('ready');
  for (;;) await transport.append(numbered(output, 10));
} else {
  const reader = new Reader(transport, options, hold);
  const transaction = await (await reader.firstPoll()).begin();
  await transaction.send([{ topic: output, key: null, value: Buffer.from('stale') }]);
  process.once('message', () => {
    transaction.commit().then(
      () => say('committed'),
      (error: unknown) => say(error instanceof MoodtapeError ? error.code : String(error)),
    );
  });
  say('ready');
}
