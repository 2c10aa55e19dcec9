import { asMoodtapeError, type MoodtapeError } from '../errors.js';
import type { ModelIdentity, Score, TokenisedText } from './engine.js';
import type { EngineInUse } from './engine-in-use.js';
import { readBy } from './readable-text.js';
import { isInShare } from './share.js';

/** How a model is tried beside the live one. */
export interface TrialTerms {
  /** `canary`: its scores go out; `shadow`: they are only compared with those of the live model. */
  readonly kind: 'canary' | 'shadow';
  /** Share of the texts that it reads, above 0 and at most 1. */
  readonly share: number;
}

/** What came of texts that a model on trial was to read. */
export interface TrialOutcome {
  /** Those that it scored. */
  readonly texts: number;
  /** Those of batches that it failed on: the live model's scores of them went out. */
  readonly failed: number;
  /** Of a shadow's `texts`: those that the live model gives the same label. */
  readonly agreeing: number;
  /** Over a shadow's `texts` the sum of |Δscore|, where score = P(last label) − P(first label). */
  readonly difference: number;
}

/** The outcome of one batch. */
export interface TrialBatch extends TrialOutcome {
  readonly kind: TrialTerms['kind'];
  readonly version: string;
  /** Why it failed. */
  readonly error?: MoodtapeError;
}

const NOTHING: TrialOutcome = { texts: 0, failed: 0, agreeing: 0, difference: 0 };

/** A model that reads a share of the texts beside the live one, and does no harm by failing. */
export class Trial {
  /** Of all batches so far. */
  outcome = NOTHING;
  /** Its device has failed: it is not asked again. */
  #broken = false;

  constructor(
    readonly candidate: EngineInUse,
    readonly terms: TrialTerms,
    private readonly report: (batch: TrialBatch) => void,
  ) {}

  /** The model whose score of a text goes out. */
  readerOf(text: TokenisedText, live: EngineInUse): ModelIdentity {
    const isCanary = this.terms.kind === 'canary' && this.#takes(text, live);
    return (isCanary ? this.candidate : live).engine.model;
  }

  /** The scores that go out, as of `Engine.score`. */
  async score(batch: readonly TokenisedText[], live: EngineInUse): Promise<Score[]> {
    const taken = batch.map((text) => this.#takes(text, live));
    if (!taken.includes(true)) return live.score(batch);
    if (this.terms.kind === 'canary') return this.#divide(batch, taken, live);
    const scores = await live.score(batch);
    const isTaken = (_: unknown, place: number) => taken[place];
    void this.#compare(batch.filter(isTaken), scores.filter(isTaken));
    return scores;
  }

  /** By the live model's tokens: those of a text that waited for an earlier one could fall otherwise. */
  #takes(text: TokenisedText, { engine }: EngineInUse): boolean {
    return !this.#broken && isInShare(readBy(text, engine).ids, this.terms.share);
  }

  async #divide(
    batch: readonly TokenisedText[],
    taken: readonly boolean[],
    live: EngineInUse,
  ): Promise<Score[]> {
    const own = batch.filter((_, place) => taken[place]);
    const others = batch.filter((_, place) => !taken[place]);
    const [tried, rest] = await Promise.all([this.#instead(own, live), live.score(others)]);
    const [ofOwn, ofOthers] = [tried.values(), rest.values()];
    return taken.flatMap((isOwn) => (isOwn ? ofOwn : ofOthers).next().value ?? []);
  }

  async #instead(batch: readonly TokenisedText[], live: EngineInUse): Promise<Score[]> {
    const scores = await this.#attempt(batch);
    if (scores === undefined) return live.score(batch);
    this.#tell({ texts: scores.length });
    return scores;
  }

  /** Nothing waits for it; what comes while the candidate is busy goes uncompared. */
  async #compare(batch: readonly TokenisedText[], scores: readonly Score[]): Promise<void> {
    if (this.candidate.running >= this.candidate.engine.workers) return;
    const tried = await this.#attempt(batch);
    if (tried !== undefined) this.#tell({ texts: tried.length, ...comparison(tried, scores) });
  }

  /** Undefined when the candidate fails. */
  async #attempt(batch: readonly TokenisedText[]): Promise<Score[] | undefined> {
    try {
      return await this.candidate.score(batch);
    } catch (cause) {
      const error = asMoodtapeError(cause, 'MT_INFERENCE');
      this.#broken ||= error.code === 'MT_DEVICE';
      this.#tell({ failed: batch.length }, error);
      return undefined;
    }
  }

  #tell(some: Partial<TrialOutcome>, error?: MoodtapeError): void {
    const outcome = { ...NOTHING, ...some };
    this.outcome = sumOf(this.outcome, outcome);
    const { kind } = this.terms;
    const { version } = this.candidate.engine.model;
    this.report({ kind, version, ...outcome, ...(error && { error }) });
  }
}

function comparison(
  tried: readonly Score[],
  live: readonly Score[],
): Pick<TrialOutcome, 'agreeing' | 'difference'> {
  let agreeing = 0;
  let difference = 0;
  for (const [place, { probabilities }] of live.entries()) {
    const other = tried[place]?.probabilities ?? [];
    if (likeliest(probabilities) === likeliest(other)) agreeing++;
    difference += Math.abs(leaning(probabilities) - leaning(other));
  }
  return { agreeing, difference };
}

function likeliest(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

function leaning(probabilities: readonly number[]): number {
  return (probabilities.at(-1) ?? 0) - (probabilities[0] ?? 0);
}

function sumOf(one: TrialOutcome, other: TrialOutcome): TrialOutcome {
  return {
    texts: one.texts + other.texts,
    failed: one.failed + other.failed,
    agreeing: one.agreeing + other.agreeing,
    difference: one.difference + other.difference,
  };
}
