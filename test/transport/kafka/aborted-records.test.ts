import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FetchedMessage, hideAborted } from '../../../src/transport/kafka/repairs/aborted-records.js';

type Step =
  | { readonly do: 'write'; readonly producer: number; readonly key: Buffer | null }
  | { readonly do: 'end'; readonly producer: number; readonly commit: boolean }
  | { readonly do: 'append' };

/** What happens to a partition: three producers write, commit and abort, and others append without a transaction. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('write' as const),
      producer: fc.nat(2),
      key: fc.constantFrom(null, Buffer.from('key'), Buffer.alloc(4)),
    }),
    fc.record({ do: fc.constant('end' as const), producer: fc.nat(2), commit: fc.boolean() }),
    fc.record({ do: fc.constant('append' as const) }),
  ),
  { maxLength: 60 },
);

interface Aborted {
  readonly producerId: string;
  readonly firstOffset: string;
  readonly marker: number;
}

/** A partition as a broker keeps it, and which of its offsets may be shown. */
class Log {
  readonly messages: FetchedMessage[] = [];
  /** In the order of their ends, as brokers list them. */
  readonly aborted: Aborted[] = [];
  readonly visible: boolean[] = [];
  readonly #open = new Map<number, number[]>();

  constructor(history: readonly Step[]) {
    for (const step of history) this.#play(step);
    for (const producer of [...this.#open.keys()]) this.#end(producer, false);
  }

  /** What a fetch from `start` brings. */
  fetch(start: number): { abortedTransactions: Aborted[]; messages: FetchedMessage[] } {
    return {
      abortedTransactions: this.aborted.filter(({ marker }) => marker >= start),
      messages: this.messages.slice(start).map((message) => ({ ...message })),
    };
  }

  #play(step: Step): void {
    if (step.do === 'append') this.#add({ producer: -1, inTransaction: false, key: null }, true);
    else if (step.do === 'end') this.#end(step.producer, step.commit);
    else {
      const offsets = this.#open.get(step.producer) ?? [];
      offsets.push(this.messages.length);
      this.#open.set(step.producer, offsets);
      this.#add({ producer: step.producer, inTransaction: true, key: step.key }, false);
    }
  }

  #end(producer: number, commit: boolean): void {
    const offsets = this.#open.get(producer);
    if (offsets === undefined) return;
    this.#open.delete(producer);
    const marker = this.messages.length;
    if (commit) for (const offset of offsets) this.visible[offset] = true;
    else this.aborted.push({ producerId: String(producer), firstOffset: String(offsets[0]), marker });
    this.#add({ producer, inTransaction: true, key: Buffer.from([0, 0, 0, commit ? 1 : 0]) }, false, true);
  }

  #add(
    { producer, inTransaction, key }: { producer: number; inTransaction: boolean; key: Buffer | null },
    visible: boolean,
    isControlRecord = false,
  ): void {
    const batchContext = { producerId: String(producer), inTransaction };
    this.messages.push({ offset: String(this.messages.length), key, isControlRecord, batchContext });
    this.visible.push(visible);
  }
}

function shown(messages: readonly FetchedMessage[]): number[] {
  return messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));
}

describe('hideAborted', () => {
  it('shows what was committed and nothing else, wherever the fetch begins', () => {
    fc.assert(
      fc.property(steps, fc.nat(60), (history, from) => {
        const log = new Log(history);
        const start = Math.min(from, log.messages.length);
        const fetched = log.fetch(start);
        hideAborted(fetched);
        const visible = [...log.visible.keys()].filter((offset) => offset >= start && log.visible[offset]);
        expect(shown(fetched.messages)).toEqual(visible);
        expect(fetched.abortedTransactions).toEqual([]);
      }),
    );
  });

  it('leaves records alone that are older than transactions', () => {
    const messages: FetchedMessage[] = [{ offset: '5', key: Buffer.alloc(4) }];
    hideAborted({ abortedTransactions: [{ producerId: '1', firstOffset: '0' }], messages });
    expect(shown(messages)).toEqual([5]);
    hideAborted({ abortedTransactions: null, messages });
    expect(shown(messages)).toEqual([5]);
  });
});
