import '../no-telemetry.js';

import { Worker } from 'node:worker_threads';
import type { BatchMessage, BatchOutput, WorkerMessage, WorkerStart } from './protocol.js';

/** The thread has ended, or was given up, while it had work; another may do it. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';
  /** Whether it had begun with the work. */
  begun = true;
}

interface Reply {
  readonly resolve: (message: WorkerMessage) => void;
  readonly reject: (error: Error) => void;
}

const WORKER = new URL('./worker.js', import.meta.url);
/** A thread's own JavaScript needs a few MB; one that leaks from batch to batch ends here, and not the process. */
const HEAP_MB = 256;

/** A worker thread with a session of the model. It runs one batch after the other, in the order in which they come. */
export class InferenceThread {
  readonly #worker: Worker;
  /** Why the thread is no longer there. */
  #death: ThreadDied | undefined;
  /** To its batches, the one that it runs first. */
  readonly #replies: Reply[] = [];

  private constructor(start: WorkerStart, entry: URL) {
    this.#worker = new Worker(entry, {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#replies.shift()?.resolve(message));
    this.#worker.on('error', (error) => this.#die(error.message, error));
    this.#worker.on('exit', (code) => this.#die(`the worker thread ended with code ${code}`));
  }

  /** Resolves when the session stands. @throws ThreadDied when the model cannot be loaded. */
  static async start(start: WorkerStart, entry = WORKER): Promise<InferenceThread> {
    const thread = new InferenceThread(start, entry);
    await thread.#nextMessage();
    return thread;
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  /**
   * Runs one batch; its ids are handed over.
   *
   * @param patience seconds after which a thread without an answer is given up
   * @throws Error of the model, or ThreadDied.
   */
  async run(batch: BatchMessage, patience: number): Promise<BatchOutput> {
    const reply = this.#nextMessage();
    this.#worker.postMessage(batch, [batch.ids.buffer]);
    const watch = this.#giveUpAfter(patience);
    try {
      const message = await reply;
      if (message.type === 'output') return message.output;
      throw new Error(message.type === 'failed' ? message.message : 'the worker thread spoke out of turn');
    } finally {
      clearInterval(watch);
    }
  }

  /** A thread that was given up may be stuck outside JavaScript, where nothing ends it: it is not waited for. */
  async stop(): Promise<void> {
    if (this.alive) await this.#worker.terminate();
  }

  /** Seconds are counted, not read off a clock: while the whole process stood still, the thread could not answer. */
  #giveUpAfter(seconds: number): NodeJS.Timeout {
    let left = seconds;
    return setInterval(() => {
      left--;
      if (left > 0) return;
      this.#die(`the worker thread gave no answer for ${seconds} s`);
      void this.#worker.terminate();
    }, 1000);
  }

  #nextMessage(): Promise<WorkerMessage> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) reject(this.#death);
      else this.#replies.push({ resolve, reject });
    });
  }

  #die(message: string, cause?: unknown): void {
    this.#death ??= new ThreadDied(message, { cause });
    this.#replies.shift()?.reject(this.#death);
    for (const { reject } of this.#replies.splice(0)) {
      reject(Object.assign(new ThreadDied(message, { cause }), { begun: false }));
    }
  }
}
