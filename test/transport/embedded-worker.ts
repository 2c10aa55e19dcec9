/**
 * A process of its own for the crash tests: `embedded-worker.ts ROLE FOLDER`. It says `ready` when it has begun.
 *
 * - `copy` carries `in` over to `out`;
 * - `append` writes to `out`, ten records at a time;
 * - `hold` takes a poll of `in` and commits it when it is sent a message, then says `committed` or the error's code.
 */
import { MoodtapeError } from '../../src/errors.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { copyTo, hold, numbered, Reader } from '../conformance/transport/reader.js';

const [role, folder = ''] = process.argv.slice(2);
const transport = openEmbeddedTransport(folder, { sessionMs: 1_000 });
const options = { group: 'workers', topics: ['in'], maxRecords: 7 };
const say = (word: string) => process.send?.(word);

if (role === 'copy') {
  const copy = copyTo('out');
  new Reader(transport, options, async (poll) => {
    say('ready');
    return copy(poll);
  });
} else if (role === 'append') {
  say('ready');
  for (;;) await transport.append(numbered('out', 10));
} else {
  const reader = new Reader(transport, options, hold);
  const transaction = await (await reader.firstPoll()).begin();
  await transaction.send([{ topic: 'out', key: null, value: Buffer.from('stale') }]);
  process.once('message', () => {
    transaction.commit().then(
      () => say('committed'),
      (error: unknown) => say(error instanceof MoodtapeError ? error.code : String(error)),
    );
  });
  say('ready');
}
