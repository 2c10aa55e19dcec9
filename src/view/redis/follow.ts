import { defer, finalize, from, type Observable } from 'rxjs';
import type { Sentiment } from '../../codec/sentiment.js';
import { type Connection, SILENCE_MS } from './connection.js';
import { textOf } from './scored-texts.js';

/** How many milliseconds Redis waits for a text before it answers that there is none. */
const BLOCK_MS = SILENCE_MS / 3;
const MOST_AT_ONCE = 500;

/**
 * The texts that come into a stream from now on, over a connection of their own. After an outage it goes on where it was,
 * as long as the stream still holds what came meanwhile.
 */
export function follow(open: () => Connection, stream: string): Observable<Sentiment> {
  return defer(() => {
    const connection = open();
    return from(textsOf(connection, stream)).pipe(finalize(() => connection.close()));
  });
}

async function* textsOf(connection: Connection, stream: string): AsyncGenerator<Sentiment> {
  const [newest] = await connection.run((redis) => redis.xrevrange(stream, '+', '-', 'COUNT', 1));
  let last = newest?.[0] ?? '0-0';
  for (;;) {
    const found = await connection.run((redis) =>
      redis.xread('COUNT', MOST_AT_ONCE, 'BLOCK', BLOCK_MS, 'STREAMS', stream, last),
    );
    for (const [id, fields] of found?.[0]?.[1] ?? []) {
      last = id;
      yield textOf(fields);
    }
  }
}
