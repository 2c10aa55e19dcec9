import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../../src/errors.js';
import { isFenced, isRefused, transportError } from '../../../src/transport/kafka/errors.js';
import { openKafkaTransport } from '../../../src/transport/kafka/transport.js';
import { freePort } from '../../services/free-port.js';

/** An answer of a broker, as kafkajs throws it. */
function answer(type: string): Error {
  const answered = new kafkajs.KafkaJSProtocolError('no');
  return Object.assign(answered, { type });
}

/** The same after kafkajs has given up. */
function wrapped(cause: Error): Error {
  return Object.assign(new kafkajs.KafkaJSNonRetriableError(cause.message), { cause });
}

describe('the errors of kafkajs', () => {
  it('say whether another producer has taken over', () => {
    expect(isFenced(answer('INVALID_PRODUCER_EPOCH'))).toBe(true);
    expect(isFenced(wrapped(answer('INVALID_PRODUCER_EPOCH')))).toBe(true);
    expect(isFenced(answer('CONCURRENT_TRANSACTIONS'))).toBe(false);
  });

  it.each(['MESSAGE_TOO_LARGE', 'TOPIC_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION'])(
    'say what is of no use to try again: %s',
    (type) => expect(isRefused(wrapped(answer(type)))).toBe(true),
  );

  it.each([
    'NOT_COORDINATOR_FOR_GROUP',
    'REBALANCE_IN_PROGRESS',
    'UNKNOWN_PRODUCER_ID',
    'NOT_ENOUGH_REPLICAS',
  ])('say what may come right: %s', (type) => expect(isRefused(answer(type))).toBe(false));

  it('become errors that name the brokers and the way out', () => {
    const error = transportError(
      wrapped(answer('MESSAGE_TOO_LARGE')),
      'append records',
      ['a:1', 'b:2'],
      'scores',
    );
    expect(error).toMatchObject({
      code: 'MT_TRANSPORT',
      message: 'cannot append records (Kafka at a:1, b:2): no',
      remedy: 'raise max.message.bytes of scores',
    });
    const own = new MoodtapeError('MT_FENCED', 'taken over');
    expect(transportError(own, 'append records', ['a:1'])).toBe(own);
  });
});

describe('a Kafka that nobody reaches', () => {
  it('is named, with the way out, by whatever is asked', { timeout: 60_000 }, async () => {
    const broker = `127.0.0.1:${await freePort()}`;
    const transport = openKafkaTransport({ clientId: 'test', brokers: [broker], compression: 'none' });
    const error = { code: 'MT_TRANSPORT', message: expect.stringContaining(broker) };
    const consumed = new Promise((_, reject) => {
      const options = { group: 'g', topics: ['t'], from: 'earliest', maxRecords: 1, maxBytes: 1 } as const;
      transport.consume(options).subscribe({ error: reject });
    });
    await Promise.all([
      expect(transport.ensureTopics([{ name: 't', partitions: 1 }])).rejects.toMatchObject(error),
      expect(transport.append([{ topic: 't', key: null, value: null }])).rejects.toMatchObject(error),
      expect(transport.lag('g', ['t'])).rejects.toMatchObject(error),
      expect(consumed).rejects.toMatchObject(error),
    ]);
    await transport.close();
  });
});
