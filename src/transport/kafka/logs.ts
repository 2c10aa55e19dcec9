import { type LogEntry, type logCreator, logLevel } from 'kafkajs';
import type { KafkaLog, KafkaLogEntry } from './options.js';

/** What belongs to the normal life of a group or a transaction, whatever kafkajs thinks of it. */
const EXPECTED =
  /rebalanc|concurrent operation|coordinator is (not available|loading)|not the (correct|leader)|valid member id|re-joining|leaves the group|client is closed|Response /i;

/** kafkajs tries again what it logs as an error, and throws what fails for good. */
const LEVELS: Partial<Record<logLevel, KafkaLogEntry['level']>> = {
  [logLevel.ERROR]: 'warn',
  [logLevel.WARN]: 'info',
};

/** Hands kafkajs's lines to the program's log; without stacks, and without what is not a plain value. */
export function logCreatorFor(onLog: KafkaLog): logCreator {
  return () =>
    ({ namespace, level, log }: LogEntry) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...extra } = log;
      const fields = Object.entries(extra).filter(([, value]) => typeof value !== 'object');
      const expected = EXPECTED.test(`${message} ${extra.error}`);
      onLog({
        level: expected ? 'debug' : (LEVELS[level] ?? 'debug'),
        message: `kafkajs ${namespace}: ${message}`,
        fields: Object.fromEntries(fields),
      });
    };
}

/** Milliseconds for which the same line is not worth repeating. */
const REPETITION_MS = 30_000;

/** What is said again and again while a broker is away goes on at `debug`. */
export function withoutRepetition(onLog: KafkaLog): KafkaLog {
  const said = new Map<string, number>();
  return (entry) => {
    if (entry.level === 'debug') return onLog(entry);
    const now = Date.now();
    const repeated = now - (said.get(entry.message) ?? 0) < REPETITION_MS;
    if (!repeated) said.set(entry.message, now);
    onLog(repeated ? { ...entry, level: 'debug' } : entry);
  };
}
