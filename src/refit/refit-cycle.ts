import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LABELS } from '../codec/sentiment.js';
import { MoodtapeError } from '../errors.js';
import type { ModelRegistry } from '../registry/registry.js';
import { type RefitOptions, runRefit } from './candidate/refit.js';
import { prepareRefit } from './candidate/refit-folder.js';
import type { RefitRequest, RefitResult } from './candidate/refit-request.js';
import { labelledExamples } from './candidate/refit-texts.js';
import { decisionMetrics } from './gate/gate.js';
import type { LabelMemory } from './intake.js';
import type { LabelBuffer } from './labels/buffer.js';
import type { RefitDecided } from './trainer-event.js';

export interface RefitCycleSettings
  extends Pick<RefitRequest, 'replay' | 'golden' | 'settings' | 'gate'>,
    Pick<RefitOptions, 'niceness' | 'threads' | 'backend'> {
  /** Labels that a refit learns from, at most. */
  readonly texts: number;
  /** Versions that the registry keeps beside those in use. */
  readonly keepVersions: number;
}

/** Bytes of what the frozen layers say of texts, kept from one refit to the next. */
const FEATURE_BYTES = 512 * 2 ** 20;
/** Times that a process of a refit may be started. */
const ATTEMPTS = 3;

/** A refit from its request to the decision in the registry. All of it lies in a folder, so it outlives its process. */
export class RefitCycle {
  readonly #folder: string;
  readonly #features: string;

  constructor(
    folder: string,
    private readonly registry: ModelRegistry,
    private readonly settings: RefitCycleSettings,
  ) {
    this.#folder = join(folder, 'refit');
    this.#features = join(folder, 'features');
  }

  /** True when there is a refit that is not decided. */
  get isUnderWay(): boolean {
    return existsSync(this.#folder);
  }

  /** Lays down what the next refit learns from: a sample of the labels, for the version that is live. */
  async prepare(buffer: LabelBuffer<LabelMemory>): Promise<void> {
    const { live } = await this.registry.state();
    if (live === undefined)
      throw new MoodtapeError('MT_REGISTRY', 'no version is live that could be refitted');
    const { texts, replay, golden, settings, gate } = this.settings;
    await prepareRefit(this.#folder, {
      incumbent: this.registry.folderOf(live),
      texts: labelledExamples(buffer.sample(texts), LABELS),
      holdout: labelledExamples(buffer.holdout(), LABELS),
      replay,
      golden,
      settings,
      gate,
    });
  }

  /**
   * Brings the refit that is prepared to its decision.
   *
   * @throws MoodtapeError MT_INTERRUPTED when it was stopped, else as `runRefit`.
   */
  async finish(
    stop: AbortSignal,
    onProgress: RefitOptions['onProgress'],
  ): Promise<Omit<RefitDecided, 'type'>> {
    const result = await this.#run(stop, onProgress, ATTEMPTS);
    const decided = await this.#decide(result);
    await this.abandon();
    await this.registry.collect({ keep: this.settings.keepVersions });
    return decided;
  }

  /** Forgets the refit. */
  async abandon(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A process that dies, for want of memory perhaps, is followed by another that goes on. */
  async #run(
    stop: AbortSignal,
    onProgress: RefitOptions['onProgress'],
    attempts: number,
  ): Promise<RefitResult> {
    const features = { folder: this.#features, bytes: FEATURE_BYTES };
    try {
      return await runRefit(this.#folder, { ...this.settings, features, stop, onProgress });
    } catch (error) {
      const died = error instanceof MoodtapeError && error.code === 'MT_TRAINING';
      if (!died || attempts === 1 || stop.aborted) throw error;
      return this.#run(stop, onProgress, attempts - 1);
    }
  }

  async #decide(result: RefitResult): Promise<Omit<RefitDecided, 'type'>> {
    const { incumbent, bundle, decision, seconds, cpuSeconds } = result;
    const metrics = { ...decisionMetrics(decision), seconds, cpuSeconds };
    const { live, seq } = await this.registry.state();
    const version = await this.registry.register(bundle, { reason: 'made by a refit' });
    const isStale = live !== incumbent && live !== version;
    const reason = isStale
      ? `${decision.reason}, but against ${incumbent}, which is no longer live`
      : decision.reason;
    const promoted = decision.promote && !isStale;
    if (live !== version && !(await this.#isDecided(version, incumbent))) {
      const note = { reason, metrics, seq };
      try {
        await (promoted ? this.registry.promote(version, note) : this.registry.reject(version, note));
      } catch (error) {
        // Somebody else has decided meanwhile: look again at what is live now.
        if (!(error instanceof MoodtapeError) || error.code !== 'MT_CONFLICT') throw error;
        return this.#decide(result);
      }
    }
    return { promoted, version, reason, metrics, seconds };
  }

  /** True when a process died between the decision and the end of the refit. */
  async #isDecided(version: string, incumbent: string): Promise<boolean> {
    const events = await this.registry.events();
    const last = events.findLast((event) => event.version === version && event.event !== 'registered');
    return (last?.event === 'promoted' || last?.event === 'rejected') && last.previous === incumbent;
  }
}
