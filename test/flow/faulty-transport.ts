import { map } from 'rxjs';
import type { Poll, Transaction, Transport } from '../../src/transport/transport.js';

type Step = 'begin' | 'send' | 'commit' | 'abort';

/** A log whose acknowledgements fail when `fault` throws for a step of them. */
export function faultyTransport(transport: Transport, fault: (step: Step, poll: Poll) => void): Transport {
  const faultyTransaction = (poll: Poll, transaction: Transaction): Transaction => ({
    send: async (records) => {
      fault('send', poll);
      await transaction.send(records);
    },
    commit: async () => {
      fault('commit', poll);
      await transaction.commit();
    },
    abort: async () => {
      fault('abort', poll);
      await transaction.abort();
    },
  });
  const faultyPoll = (poll: Poll): Poll => ({
    topic: poll.topic,
    partition: poll.partition,
    records: poll.records,
    nextOffset: poll.nextOffset,
    begin: async () => {
      fault('begin', poll);
      return faultyTransaction(poll, await poll.begin());
    },
  });
  return {
    ensureTopics: (topics) => transport.ensureTopics(topics),
    append: (records) => transport.append(records),
    lag: (group, topics) => transport.lag(group, topics),
    offsetsAt: (topic, time) => transport.offsetsAt(topic, time),
    read: (stretches) => transport.read(stretches),
    tail: (from, signal) => transport.tail(from, signal),
    close: () => transport.close(),
    consume: (options) => transport.consume(options).pipe(map(faultyPoll)),
  };
}
