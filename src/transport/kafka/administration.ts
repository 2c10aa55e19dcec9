import type { Admin, Kafka } from 'kafkajs';
import { MoodtapeError } from '../../errors.js';
import { isRefused, transportError } from './errors.js';
import { rest } from './rest.js';

/** About ten seconds: kafkajs asks only once where a broker that has just come back does not know its groups yet. */
const ATTEMPTS = 8;

/** Questions to the brokers, over one connection that is opened for the first. */
export class Administration {
  readonly #admin: Admin;
  readonly #closed = new AbortController();
  #connected: Promise<void> | undefined;

  constructor(
    client: Kafka,
    private readonly brokers: readonly string[],
  ) {
    this.#admin = client.admin();
  }

  /** @throws MoodtapeError MT_TRANSPORT when the brokers refuse, or cannot be reached for long. */
  async ask<T>(doing: string, question: (admin: Admin) => Promise<T>, topic?: string): Promise<T> {
    for (let failed = 1; ; failed++) {
      if (this.#closed.signal.aborted) throw new MoodtapeError('MT_TRANSPORT', 'the log is closed');
      try {
        await this.#connect();
        return await question(this.#admin);
      } catch (error) {
        if (failed === ATTEMPTS || isHopeless(error)) throw transportError(error, doing, this.brokers, topic);
      }
      await rest(failed, this.#closed.signal);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#connected?.catch(() => undefined);
    await this.#admin.disconnect().catch(() => undefined);
  }

  #connect(): Promise<void> {
    this.#connected ??= this.#admin.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }
}

/** To be asked only once: what is refused, and what kafkajs has tried long enough. */
function isHopeless(error: unknown): boolean {
  return isRefused(error) || (error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded');
}
