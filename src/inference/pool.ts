import { MoodtapeError, messageOf } from '../errors.js';
import type { BatchMessage, BatchOutput } from './protocol.js';
import { type InferenceThread, ThreadDied } from './thread.js';

/** A place for a thread, which has yet to start when it is not there. */
interface Slot {
  thread?: Promise<InferenceThread>;
  batches: number;
}

/**
 * Batches that a thread may have: the one that it runs, and the next, which it need not wait for then. From the end of
 * a batch to the start of one that is still here goes a millisecond, and more while this thread is busy.
 */
const DEPTH = 2;

/** Seconds that a thread may take for its batch, given those of the longest batch so far. */
export type Patience = (longest: number | undefined) => number;

/** Far longer than any batch takes, however busy the machine. Of a new pool nothing is known yet. */
const patienceFor: Patience = (longest) =>
  longest === undefined ? 600 : Math.ceil(Math.max(60, 100 * longest));

/**
 * A fixed number of threads that run batches side by side; batches beyond that wait in order. A thread that has died,
 * or that gives no answer, is replaced, and its batch is tried once more.
 */
export class ThreadPool {
  /** The one that was used last is the last. */
  readonly #slots: Slot[];
  readonly #waiting: { resolve: (slot: Slot) => void; reject: (error: Error) => void }[] = [];
  #longest: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    size: number,
    private readonly startThread: () => Promise<InferenceThread>,
    private readonly patience = patienceFor,
  ) {
    this.#slots = Array.from({ length: size }, () => ({ batches: 0 }));
  }

  /** Starts one thread; the others start with their first batches. @throws MoodtapeError MT_DEVICE when it cannot. */
  async start(): Promise<void> {
    const slot = await this.#take();
    try {
      await this.#threadOf(slot);
    } finally {
      this.#giveBack(slot);
    }
  }

  /**
   * Runs a batch, which `assemble` makes anew for each attempt, when a thread is there for it.
   *
   * @throws MoodtapeError MT_INFERENCE when the model fails on the batch or two threads die of it, MT_DEVICE when no
   * thread can start or the pool is closed.
   */
  async run(assemble: () => BatchMessage): Promise<BatchOutput> {
    for (let deaths = 0; ; ) {
      try {
        return await this.#attempt(assemble);
      } catch (error) {
        if (!(error instanceof ThreadDied)) throw error;
        if (error.begun) deaths++;
        if (deaths < 2) continue;
        const message = `two worker threads died of one batch: ${error.message}`;
        throw new MoodtapeError('MT_INFERENCE', message, { cause: error });
      }
    }
  }

  /** Refuses the batches that wait, lets those that run end, and stops the threads. */
  close(): Promise<void> {
    this.#closing ??= this.#stopAll();
    return this.#closing;
  }

  async #stopAll(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    // Nothing runs when all places are taken.
    await Promise.all(Array.from({ length: DEPTH * this.#slots.length }, () => this.#take()));
    await Promise.all(this.#slots.map(async ({ thread }) => (await thread?.catch(() => undefined))?.stop()));
  }

  async #attempt(assemble: () => BatchMessage): Promise<BatchOutput> {
    if (this.#closing !== undefined) throw closed();
    const slot = await this.#take();
    try {
      const thread = await this.#threadOf(slot);
      const started = performance.now();
      const output = await thread.run(assemble(), this.patience(this.#longest));
      this.#longest = Math.max(this.#longest ?? 0, (performance.now() - started) / 1000);
      return output;
    } catch (error) {
      if (error instanceof ThreadDied || error instanceof MoodtapeError) throw error;
      throw new MoodtapeError('MT_INFERENCE', messageOf(error), { cause: error });
    } finally {
      this.#giveBack(slot);
    }
  }

  async #threadOf(slot: Slot): Promise<InferenceThread> {
    slot.thread = this.#livingThread(slot.thread);
    try {
      return await slot.thread;
    } catch (error) {
      throw new MoodtapeError('MT_DEVICE', `the model cannot be loaded: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  async #livingThread(thread: Slot['thread']): Promise<InferenceThread> {
    const known = await thread?.catch(() => undefined);
    return known?.alive ? known : this.startThread();
  }

  /** The one with the least to do; of several the one that was used last: the others may not have to start. */
  async #take(): Promise<Slot> {
    const batches = Math.min(...this.#slots.map((slot) => slot.batches));
    const index = this.#slots.findLastIndex((slot) => slot.batches === batches);
    const slot = this.#slots[index];
    if (slot === undefined || batches === DEPTH)
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    slot.batches++;
    this.#slots.push(...this.#slots.splice(index, 1));
    return slot;
  }

  #giveBack(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) slot.batches--;
    else next.resolve(slot);
  }
}

function closed(): MoodtapeError {
  return new MoodtapeError('MT_DEVICE', 'the engine is closed', { remedy: 'open it again' });
}
