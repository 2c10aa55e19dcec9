import type { Engine, Score, TokenisedText } from './engine.js';
import { readBy } from './readable-text.js';

/** An engine, and the batches that it is at. */
export class EngineInUse {
  readonly #running = new Set<Promise<Score[]>>();

  constructor(readonly engine: Engine) {}

  /** Batches that have begun and are not done. */
  get running(): number {
    return this.#running.size;
  }

  /** As the engine's own; texts of another tokeniser are tokenised again. */
  score(batch: readonly TokenisedText[]): Promise<Score[]> {
    const scores = this.engine.score(batch.map((text) => readBy(text, this.engine)));
    this.#running.add(scores);
    const done = () => this.#running.delete(scores);
    scores.then(done, done);
    return scores;
  }

  /** Closes the engine when its batches are done. None may begin any more. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.engine.close();
  }
}
