import { randomUUID } from 'node:crypto';
import type { Subscription } from 'rxjs';
import type { View } from '../../../src/view/view.js';
import { pause, waitUntil } from '../patience.js';
import { batch, scored } from './samples.js';

/** A text without symbols that shows whether a subscription has begun: a view finds out first where its texts end. */
export const PROBE = 'probe';

/** A subscription that remembers the ids that it was given. */
export class Subscriber {
  readonly #given: string[] = [];
  readonly #subscription: Subscription;

  private constructor(view: View) {
    this.#subscription = view.subscribe().subscribe(({ id }) => this.#given.push(id));
  }

  /** Resolves when it has begun: what is applied from then on is given. */
  static async open(view: View): Promise<Subscriber> {
    const subscriber = new Subscriber(view);
    const topic = `probes-${randomUUID()}`;
    let probes = 0;
    await waitUntil(
      'it has begun',
      () => subscriber.#given.length > 0,
      async () => {
        await view.applyScored(batch(topic, probes++, [scored(PROBE, [])]));
        await pause(10);
      },
    );
    return subscriber;
  }

  /** Without probes. */
  get ids(): string[] {
    return this.#given.filter((id) => id !== PROBE);
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}
