import type { Database } from 'lmdb';
import type { LabelledText } from '../../codec/label.js';
import { Environment } from '../../environment.js';
import { type Batch, Fence } from '../../fence.js';
import { BottomK } from './bottom-k.js';
import { type BufferOptions, DEFAULT_BUFFER } from './buffer-options.js';
import type { ArrivedLabel, HeldLabel, JudgedLabel, Settlement } from './buffered-label.js';
import { KeptLabels } from './kept-labels.js';
import { SampledLabels } from './sampled-labels.js';
import { keyOf } from './text-identity.js';

export interface BufferCounts extends ReturnType<KeptLabels['counts']> {
  /** Labels that ever came. */
  readonly arrived: number;
  /** Labels that nobody has judged yet. */
  readonly waiting: number;
  readonly held: number;
}

/** The one cell of held labels, and the one key of a table with a single value. */
const ONE = 'all';

/**
 * Labels on their way to a refit, in a folder on this machine's disk. They arrive and wait, are judged, and then are kept or
 * held. Several processes may open it at once.
 *
 * Exactly once: labels come in together with the offset up to which they were read, and leave the queue together with
 * what became of them and what is remembered of them, in one transaction each. A process that dies at any moment, and a
 * poll that comes again, change nothing.
 *
 * @typeParam M what whoever judges them remembers
 */
export class LabelBuffer<M> {
  readonly #fence: Fence;
  readonly #arrived: Database<number, string>;
  readonly #waiting: Database<ArrivedLabel, number>;
  readonly #memory: Database<M, string>;
  readonly #kept: KeptLabels;
  readonly #latestHeld: BottomK;
  readonly #held: SampledLabels<HeldLabel>;

  private constructor(
    private readonly environment: Environment,
    options: BufferOptions,
  ) {
    this.#fence = new Fence(environment);
    this.#arrived = environment.table('arrived');
    this.#waiting = environment.table('waiting');
    this.#memory = environment.table('memory');
    this.#kept = new KeptLabels(environment, options);
    this.#latestHeld = new BottomK(environment, 'held.latest', options.heldAtMost);
    this.#held = new SampledLabels(environment, 'held', ({ number }) => [
      { sample: this.#latestHeld, cell: ONE, rank: -number },
    ]);
  }

  /** @throws MoodtapeError MT_LABELS when the folder cannot be used. */
  static open<M>(folder: string, options: Partial<BufferOptions> = {}): LabelBuffer<M> {
    return new LabelBuffer(Environment.open(folder, 'MT_LABELS'), { ...DEFAULT_BUFFER, ...options });
  }

  /**
   * Takes in the labels of a poll, unless they are there; their texts are normalised.
   *
   * @returns how many are new
   */
  async add(batch: Batch<LabelledText>): Promise<number> {
    return this.environment.write(() => {
      const fresh = this.#fence.admit(batch);
      const before = this.#arrived.get(ONE) ?? 0;
      for (const [i, label] of fresh.entries()) {
        const number = before + i + 1;
        this.#waiting.put(number, { ...label, number, reviewed: false });
      }
      this.#arrived.put(ONE, before + fresh.length);
      return fresh.length;
    });
  }

  /** The labels that wait to be judged, the oldest first. */
  waiting(count: number): ArrivedLabel[] {
    return [...this.#waiting.getRange({ limit: count }).map(({ value }) => value)];
  }

  /** How many wait. */
  get waitingCount(): number {
    return this.#waiting.getCount();
  }

  /** What was remembered with the last labels that were settled. */
  memory(): M | undefined {
    return this.#memory.get(ONE);
  }

  /**
   * Keeps or holds labels, wherever they were before; one that is no longer there, since somebody has dropped or replaced
   * it, is passed over. A later label of a text takes the place of one that was kept or held, but while it is held itself,
   * the one that was kept stays.
   */
  async settle(settlements: readonly Settlement[], memory: M): Promise<void> {
    await this.environment.write(() => {
      for (const { label, suspicion } of settlements) {
        if (!this.#take(label)) continue;
        if (suspicion === undefined) {
          this.#held.remove(keyOf(label.text));
          this.#kept.put(label);
        } else {
          this.#held.put({ ...label, suspicion });
        }
      }
      this.#memory.put(ONE, memory);
    });
  }

  /** Those to learn from, `KeptLabels.sample`. */
  sample(size: number): JudgedLabel[] {
    return this.#kept.sample(size);
  }

  /** Those that no refit learns from. */
  holdout(): JudgedLabel[] {
    return this.#kept.holdout();
  }

  isHoldout(label: ArrivedLabel): boolean {
    return this.#kept.isHoldout(label);
  }

  /** The latest labels that are judged, kept or held, in the order in which they came. */
  newest(count: number): (JudgedLabel | HeldLabel)[] {
    const all = [...this.#kept.newest(count), ...this.held(count)];
    return all.sort((a, b) => a.number - b.number).slice(-count);
  }

  /** Those held for review, the latest first. */
  held(count?: number): HeldLabel[] {
    return this.#held.all(this.#latestHeld.keys(ONE, count));
  }

  /** Lets held labels through; they wait to be kept. @returns how many of these numbers were held */
  release(numbers: readonly number[]): Promise<number> {
    return this.#review(numbers, ({ suspicion, votes, ...label }) =>
      this.#waiting.put(label.number, { ...label, reviewed: true }),
    );
  }

  /** Forgets held labels. @returns how many of these numbers were held */
  drop(numbers: readonly number[]): Promise<number> {
    return this.#review(numbers, () => {});
  }

  counts(): BufferCounts {
    return {
      ...this.#kept.counts(),
      arrived: this.#arrived.get(ONE) ?? 0,
      waiting: this.waitingCount,
      held: this.#latestHeld.sizes().get(ONE) ?? 0,
    };
  }

  /** Waits for the writes under way. */
  close(): Promise<void> {
    return this.environment.close();
  }

  #review(numbers: readonly number[], then: (label: HeldLabel) => void): Promise<number> {
    const chosen = new Set(numbers);
    return this.environment.write(() => {
      const labels = this.held().filter(({ number }) => chosen.has(number));
      for (const label of labels) {
        this.#held.remove(keyOf(label.text));
        then(label);
      }
      return labels.length;
    });
  }

  /** Takes a label out from where it is; false when it is nowhere. */
  #take(label: ArrivedLabel): boolean {
    if (this.#waiting.doesExist(label.number)) this.#waiting.remove(label.number);
    else if (this.#kept.has(label)) this.#kept.remove(label);
    else if (this.#held.has(label)) this.#held.remove(keyOf(label.text));
    else return false;
    return true;
  }
}
