import { logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { logCreatorFor, withoutRepetition } from '../../../src/transport/kafka/logs.js';
import type { KafkaLogEntry } from '../../../src/transport/kafka/options.js';

function logged(level: logLevel, message: string, extra: object = {}): KafkaLogEntry {
  const entries: KafkaLogEntry[] = [];
  const log = logCreatorFor((entry) => entries.push(entry))(logLevel.DEBUG);
  log({
    namespace: 'Runner',
    level,
    label: '',
    log: { timestamp: '', logger: 'kafkajs', message, ...extra },
  });
  const [entry] = entries;
  if (entry === undefined) throw new Error('nothing was logged');
  return entry;
}

describe('logCreatorFor', () => {
  it('takes for a warning what kafkajs tries again after an error', () => {
    expect(logged(logLevel.ERROR, 'Connection error: connect ECONNREFUSED').level).toBe('warn');
    expect(logged(logLevel.WARN, 'something odd').level).toBe('info');
    expect(logged(logLevel.INFO, 'Consumer has joined the group').level).toBe('debug');
  });

  it.each([
    ['The group is rebalancing, re-joining', {}],
    ['Response Heartbeat(key: 12, version: 3)', { error: 'The group is rebalancing, so a rejoin is needed' }],
    [
      'Failed to send messages: The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing',
      {},
    ],
  ])('keeps quiet about what belongs to normal life: %s', (message, extra) => {
    expect(logged(logLevel.ERROR, message, extra).level).toBe('debug');
  });

  it('keeps plain facts and drops stacks and objects', () => {
    const { message, fields } = logged(logLevel.ERROR, 'Failed', {
      broker: 'kafka:9092',
      retryCount: 2,
      stack: 'Error: at …',
      payload: { type: 'Buffer' },
    });
    expect(message).toBe('kafkajs Runner: Failed');
    expect(fields).toEqual({ broker: 'kafka:9092', retryCount: 2 });
  });
});

describe('withoutRepetition', () => {
  it('says a line once, and what is new beside it', () => {
    const levels: string[] = [];
    const log = withoutRepetition(({ message, level }) => levels.push(`${message} ${level}`));
    for (const message of ['no broker', 'no broker', 'no topic', 'no broker']) {
      log({ level: 'warn', message, fields: {} });
    }
    expect(levels).toEqual(['no broker warn', 'no broker debug', 'no topic warn', 'no broker debug']);
  });
});
