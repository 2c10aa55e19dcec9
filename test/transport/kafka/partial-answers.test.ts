import { afterEach, expect, it } from 'vitest';
import { numbered, numbers, Reader, sorted, texts } from '../../conformance/transport/reader.js';
import { describeWithKafka } from '../../services/describe.js';
import { Bench } from './bench.js';
import { onSocket } from './connections.js';

const RECORDS = 3_000;
/** No other answer is as large as the fetch of many records, which comes in several such pieces. */
const PIECE_BYTES = 16_384;

/** Resets the next connection that is in the midst of a fetch; resolves to what tells whether it has. */
function resetOneFetch(): () => boolean {
  let isReset = false;
  onSocket((socket) => {
    socket.on('data', (piece: Buffer) => {
      if (isReset || piece.length < PIECE_BYTES) return;
      isReset = true;
      socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    });
  });
  return () => isReset;
}

describeWithKafka('a connection that is reset in the midst of an answer', ({ brokers }) => {
  const bench = new Bench(brokers);
  afterEach(() => bench.close());

  it('is made again, and answers what it is asked then', async () => {
    const topic = await bench.topic();
    const headers = { padding: Buffer.alloc(1_000, 'x') };
    await bench.open().append(numbered(topic, RECORDS).map((record) => ({ ...record, headers })));
    const isReset = resetOneFetch();
    const reader = new Reader(bench.open(), { group: bench.group(), topics: [topic], maxRecords: 500 });
    await reader.hasDone(RECORDS);
    expect(isReset()).toBe(true);
    expect(sorted(texts(reader.done))).toEqual(numbers(RECORDS));
    expect(reader.errors).toEqual([]);
  });
});
