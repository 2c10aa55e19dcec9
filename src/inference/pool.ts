import { MoodtapeError, messageOf } from '../errors.js';
import type { BatchMessage, BatchOutput } from './protocol.js';
import { type InferenceThread, ThreadDied } from './thread.js';

/** A place for a thread, which has yet to start when it is not there. */
interface Slot {
  thread?: InferenceThread;
}

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
  readonly #slots: readonly Slot[];
  readonly #idle: Slot[];
  readonly #waiting: { resolve: (slot: Slot) => void; reject: (error: Error) => void }[] = [];
  #longest: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    size: number,
    private readonly startThread: () => Promise<InferenceThread>,
    private readonly patience = patienceFor,
  ) {
    this.#slots = Array.from({ length: size }, () => ({}));
    this.#idle = [...this.#slots];
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
    try {
      return await this.#attempt(assemble);
    } catch (error) {
      if (!(error instanceof ThreadDied)) throw error;
    }
    try {
      return await this.#attempt(assemble);
    } catch (error) {
      if (!(error instanceof ThreadDied)) throw error;
      const message = `two worker threads died of one batch: ${error.message}`;
      throw new MoodtapeError('MT_INFERENCE', message, { cause: error });
    }
  }

  /** Refuses the batches that wait, lets those that run end, and stops the threads. */
  close(): Promise<void> {
    this.#closing ??= this.#stopAll();
    return this.#closing;
  }

  async #stopAll(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    const slots = await Promise.all(this.#slots.map(() => this.#take()));
    await Promise.all(slots.map(({ thread }) => thread?.stop()));
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
    if (slot.thread?.alive) return slot.thread;
    try {
      slot.thread = await this.startThread();
      return slot.thread;
    } catch (error) {
      throw new MoodtapeError('MT_DEVICE', `the model cannot be loaded: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** The one that was used last: while there is little to do, the others need not start. */
  async #take(): Promise<Slot> {
    return this.#idle.pop() ?? new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #giveBack(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(slot);
    else next.resolve(slot);
  }
}

function closed(): MoodtapeError {
  return new MoodtapeError('MT_DEVICE', 'the engine is closed', { remedy: 'open it again' });
}
