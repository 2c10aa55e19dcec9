/**
 * A process of its own for the crash test: `buffer-worker.ts FOLDER SEED POLLS`. It reads all polls from the first one, as a
 * consumer whose commits were lost, judges what waits, says `ready` when it has begun, and ends when nothing is left.
 */
import { LabelBuffer } from '../../../src/refit/labels/buffer.js';
import { labelPolls, settlementOf } from '../label-stream.js';
import { SMALL } from './small-buffer.js';

const [folder = '', seed, polls] = process.argv.slice(2);
const buffer = LabelBuffer.open<number>(folder, SMALL);

const judge = async () => {
  const waiting = buffer.waiting(20);
  const judged = (buffer.memory() ?? 0) + waiting.length;
  await buffer.settle(waiting.map(settlementOf), judged);
  return waiting.length;
};

for (const [i, poll] of labelPolls(Number(seed), Number(polls)).entries()) {
  const fresh = await buffer.add(poll);
  if (i === 0) process.send?.('ready');
  if (fresh > 0 && i % 3 === 0) await judge();
}
while ((await judge()) > 0);
await buffer.close();
process.disconnect();
