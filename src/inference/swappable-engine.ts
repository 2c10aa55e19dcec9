import { Subject } from 'rxjs';
import { MoodtapeError } from '../errors.js';
import type { Engine, ModelIdentity, Score, TokenisedText } from './engine.js';
import { EngineInUse } from './engine-in-use.js';
import { ReadableText } from './readable-text.js';
import type { EngineBundle } from './starter.js';
import { Trial, type TrialBatch, type TrialOutcome, type TrialTerms } from './trial.js';

/** Starts a model on so many workers. */
export type StartEngine = (bundle: EngineBundle, workers: number) => Promise<Engine>;

/** Who is on trial, and how. */
export interface OnTrial extends TrialTerms {
  readonly version: string;
}

/**
 * An engine whose model can be exchanged, and another one tried beside it, while it works. Batches never wait for such
 * a change, and each text is scored by one model as a whole. Changes come one after another.
 */
export class SwappableEngine implements Engine {
  readonly workers: number;
  /** What the model on trial does. */
  readonly trialBatches = new Subject<TrialBatch>();
  #live: EngineInUse;
  #trial: Trial | undefined;
  #lastChange: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(
    first: Engine,
    private readonly start: StartEngine,
  ) {
    this.#live = new EngineInUse(first);
    this.workers = first.workers;
  }

  get model(): ModelIdentity {
    return this.#live.engine.model;
  }

  get runtime(): string {
    return this.#live.engine.runtime;
  }

  get trial(): OnTrial | undefined {
    return this.#trial && { ...this.#trial.terms, version: this.#trial.candidate.engine.model.version };
  }

  readonly tokenise = (text: string): TokenisedText => new ReadableText(text, this.#live.engine.tokenise);

  readerOf(text: TokenisedText): ModelIdentity {
    return this.#trial === undefined ? this.model : this.#trial.readerOf(text, this.#live);
  }

  score(batch: readonly TokenisedText[]): Promise<Score[]> {
    return this.#trial === undefined ? this.#live.score(batch) : this.#trial.score(batch, this.#live);
  }

  /**
   * Starts a model beside the live one, and lets it score every batch from then on. Resolves when the batches of the old
   * one are done and its threads are gone.
   *
   * @throws MoodtapeError MT_BUNDLE when the bundle is damaged or its labels are others, MT_DEVICE when the model cannot
   *   run: the old one stays.
   */
  swap(bundle: EngineBundle): Promise<void> {
    return this.#inTurn(async () => {
      const next = await this.#open(bundle, this.workers);
      const old = this.#live;
      this.#live = next;
      await old.retire();
    });
  }

  /**
   * Tries a model on a share of the texts, in the place of one that is on trial.
   *
   * @throws MoodtapeError as `swap`.
   */
  startTrial(bundle: EngineBundle, terms: TrialTerms): Promise<void> {
    return this.#inTurn(async () => {
      // As many workers as its share of the work needs.
      const candidate = await this.#open(bundle, Math.ceil(terms.share * this.workers));
      const old = this.#trial;
      this.#trial = new Trial(candidate, terms, (batch) => this.trialBatches.next(batch));
      await old?.candidate.retire();
    });
  }

  /** Resolves to what came of the trial when the last batches of it are done; to undefined when there was none. */
  endTrial(): Promise<TrialOutcome | undefined> {
    return this.#inTurn(async () => {
      const trial = this.#trial;
      this.#trial = undefined;
      await trial?.candidate.retire();
      return trial?.outcome;
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      await Promise.all([this.#live.retire(), this.#trial?.candidate.retire()]);
    });
    return this.#closing;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined)
      return Promise.reject(new MoodtapeError('MT_DEVICE', 'the engine is closed'));
    const done = this.#lastChange.then(change);
    this.#lastChange = done.catch(() => {});
    return done;
  }

  async #open(bundle: EngineBundle, workers: number): Promise<EngineInUse> {
    const labels = bundle.spec.labels.join(', ');
    if (labels !== this.model.labels.join(', ')) {
      const message = `model ${bundle.name} has the labels ${labels}; the live one has ${this.model.labels.join(', ')}`;
      throw new MoodtapeError('MT_BUNDLE', message);
    }
    const engine = await this.start(bundle, workers);
    try {
      await warmUp(engine);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return new EngineInUse(engine);
  }
}

/** Has every worker read a text: what is lacking, memory above all, shows before texts depend on it. */
async function warmUp(engine: Engine): Promise<void> {
  const text = engine.tokenise('市场');
  await Promise.all(Array.from({ length: engine.workers }, () => engine.score([text])));
}
