import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../../src/errors.js';
import { Claim } from '../../../src/transport/kafka/claim.js';
import type { RoutedMessage } from '../../../src/transport/kafka/record.js';
import { pause } from '../../conformance/patience.js';

const RECORDS = 12;

/** What goes wrong with a request: its broker is lost before it is carried out, or before the answer comes. */
type Fault = 'before' | 'after' | undefined;

/** One partition of a Kafka that carries requests out at odd times, and loses some. */
class Broker {
  readonly outputs: string[] = [];
  #committed: bigint | undefined;
  #epoch = 0;

  constructor(
    private readonly faults: Fault[],
    private readonly delays: number[],
  ) {}

  claim(): Claim {
    return new Claim({
      group: 'g',
      topic: 't',
      partition: 0,
      brokers: ['b:1'],
      log: () => undefined,
      openProducer: () =>
        this.#request(() => {
          const epoch = ++this.#epoch;
          return {
            write: (messages, progress) =>
              this.#request(() => this.#write(epoch, messages, progress?.offset)),
            close: async () => undefined,
          };
        }),
      committed: () => this.#request(() => this.#committed),
    });
  }

  #write(epoch: number, messages: readonly RoutedMessage[], offset: bigint | undefined): void {
    if (epoch !== this.#epoch) {
      throw Object.assign(new kafkajs.KafkaJSProtocolError('old'), { type: 'INVALID_PRODUCER_EPOCH' });
    }
    this.outputs.push(...messages.map(({ value }) => String(value)));
    this.#committed = offset;
  }

  async #request<T>(carryOut: () => T): Promise<T> {
    const fault = this.faults.pop();
    for (let delay = this.delays.pop() ?? 0; delay > 0; delay--) await new Promise(setImmediate);
    if (fault === 'before') throw new kafkajs.KafkaJSConnectionError('gone');
    const answer = carryOut();
    if (fault === 'after') throw new kafkajs.KafkaJSConnectionError('gone');
    return answer;
  }
}

/** Copies all records, as one who takes himself for the owner to the end. */
async function own(broker: Broker): Promise<void> {
  const claim = broker.claim();
  const signal = new AbortController().signal;
  for (let patience = 1; ; patience *= 2) {
    try {
      let offset = (await claim.take()) ?? 0n;
      for (; offset < RECORDS; offset++) {
        await claim.advance(offset + 1n, [{ topic: 'o', partition: 0, value: String(offset) }], signal);
      }
      return;
    } catch (error) {
      if (error instanceof MoodtapeError && error.code !== 'MT_FENCED') throw error;
    }
    await pause(Math.random() * patience);
  }
}

describe('Claim', () => {
  it('moves a group on once, whatever is lost and however many take themselves for the owner', async () => {
    const scenarios = fc.record({
      owners: fc.integer({ min: 1, max: 3 }),
      faults: fc.array(fc.constantFrom<Fault[]>('before', 'after', undefined, undefined), { maxLength: 40 }),
      delays: fc.array(fc.nat(5), { maxLength: 200 }),
    });
    // All at once, since a claim rests after each failure.
    await Promise.all(
      fc.sample(scenarios, 200).map(async ({ owners, faults, delays }) => {
        const broker = new Broker([...faults], [...delays]);
        await Promise.all(Array.from({ length: owners }, () => own(broker)));
        expect(broker.outputs).toEqual(Array.from({ length: RECORDS }, (_, i) => String(i)));
      }),
    );
  });

  it('is given up when its partition goes to another', async () => {
    const claim = new Broker(['before', undefined], []).claim();
    const released = AbortSignal.abort();
    await expect(claim.advance(1n, [], released)).rejects.toMatchObject({ code: 'MT_FENCED' });
  });

  it('says what the brokers refuse', async () => {
    const claim = new Claim({
      group: 'g',
      topic: 't',
      partition: 0,
      brokers: ['b:1'],
      log: () => undefined,
      openProducer: async () => ({
        write: () =>
          Promise.reject(
            Object.assign(new kafkajs.KafkaJSProtocolError('large'), { type: 'MESSAGE_TOO_LARGE' }),
          ),
        close: async () => undefined,
      }),
      committed: async () => undefined,
    });
    await claim.take();
    await expect(claim.advance(1n, [], new AbortController().signal)).rejects.toMatchObject({
      code: 'MT_TRANSPORT',
      message: 'cannot write the outputs of t/0 (Kafka at b:1): large',
    });
  });
});
