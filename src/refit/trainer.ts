import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { LabelledText } from '../codec/label.js';
import { asMoodtapeError, type ErrorCode, MoodtapeError } from '../errors.js';
import type { Batch } from '../fence.js';
import type { ModelRegistry } from '../registry/registry.js';
import { goBackIfWorse } from './go-back.js';
import { type LabelMemory, NO_MEMORY, takeIn } from './intake.js';
import { LabelBuffer } from './labels/buffer.js';
import { Panel } from './panel.js';
import { RefitCycle, type RefitCycleSettings } from './refit-cycle.js';
import type { TrainerEvent } from './trainer-event.js';
import { dueRefit, NOTHING_NEW, type TriggerSettings } from './trigger.js';
import { afterRefit } from './watch/drift.js';
import { type LiveAccuracy, liveAccuracy } from './watch/live-accuracy.js';
import type { WatchSettings } from './watch/live-watch.js';
import { type ScoredLabel, ScoredMix } from './watch/scored-mix.js';

export interface TrainerSettings extends RefitCycleSettings {
  readonly trigger: TriggerSettings;
  readonly watch: WatchSettings;
  /** Share of the texts that no refit learns from. */
  readonly holdoutShare: number;
}

/** Labels that are worth judging at once; fewer are judged after a while. */
const ENOUGH = 64;
const JUDGE_EVERY_MS = 15_000;
/** Labels that may wait before more are taken in. */
const MOST_WAITING = 5_000;
/** Milliseconds between looks at what there is to do, and until what was out of reach is tried again. */
const LOOK_EVERY_MS = 500;
const RETRY_MS = 10_000;
/** What may be right again later: the folder of the registry, or a version in it. */
const PASSING: readonly ErrorCode[] = ['MT_REGISTRY', 'MT_BUNDLE'];

/**
 * Makes better models of labels: takes them in, judges them, refits the live version when that is due, lets the gate decide,
 * and goes back when the live version turns out worse than the one before. All that it knows lies in its folder and in the
 * registry, so it goes on after a crash at any moment. One process at a time has a folder.
 */
export class Trainer {
  readonly #buffer: LabelBuffer<LabelMemory>;
  readonly #mix: ScoredMix;
  readonly #panel: Panel;
  readonly #cycle: RefitCycle;
  /** What changes the memory of the labels comes one after another. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #judgedAt = 0;
  readonly #closing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  /** @throws MoodtapeError MT_LABELS when the folder cannot be used. */
  constructor(
    folder: string,
    private readonly registry: ModelRegistry,
    private readonly settings: TrainerSettings,
    private readonly report: (event: TrainerEvent) => void,
  ) {
    this.#buffer = LabelBuffer.open(join(folder, 'labels'), { holdoutShare: settings.holdoutShare });
    this.#mix = ScoredMix.open(join(folder, 'scored'));
    this.#panel = new Panel(registry);
    this.#cycle = new RefitCycle(folder, registry, settings);
  }

  /** Takes in the labels of a poll, after some were judged when many wait. Their texts are normalised. */
  async add(labels: Batch<LabelledText>): Promise<void> {
    while (this.#buffer.waitingCount >= MOST_WAITING) await setTimeout(LOOK_EVERY_MS);
    await this.#buffer.add(labels);
  }

  /** Takes note of what versions say of the texts of a poll. */
  addScored(texts: Batch<ScoredLabel>): Promise<void> {
    return this.#mix.add(texts);
  }

  /** How well the live version does; undefined while there are no labels. */
  accuracy(): LiveAccuracy | undefined {
    const { drift, watch } = this.#buffer.memory() ?? NO_MEMORY;
    return liveAccuracy(drift, watch);
  }

  /** Works until it is stopped; a refit that is under way then goes on with the next run. */
  async run(stop: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const end = AbortSignal.any([stop, failed.signal, this.#closing.signal]);
    const steps = [() => this.#judgeWhatWaits(), () => this.#goBackIfWorse(), () => this.#refitWhenDue(end)];
    const loops = steps.map((step) => this.#repeat(step, end));
    for (const loop of loops) loop.catch(() => failed.abort());
    this.#running = Promise.allSettled(loops);
    await this.#running;
    await Promise.all(loops);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await Promise.all([this.#buffer.close(), this.#mix.close(), this.#panel.close()]);
  }

  /** While the registry of models is away, all waits. */
  async #repeat(step: () => Promise<void>, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      let wait = LOOK_EVERY_MS;
      try {
        await step();
      } catch (error) {
        if (!(error instanceof MoodtapeError) || !PASSING.includes(error.code)) throw error;
        this.report({ type: 'registryAway', error });
        wait = RETRY_MS;
      }
      await setTimeout(wait, undefined, { signal: stop }).catch(() => {});
    }
  }

  async #judgeWhatWaits(): Promise<void> {
    const waiting = this.#buffer.waitingCount;
    const now = Date.now();
    if (waiting === 0 || (waiting < ENOUGH && now - this.#judgedAt < JUDGE_EVERY_MS)) return;
    const panel = await this.#panel.models(await this.registry.state());
    const { margin } = this.settings.watch;
    const { drifts, ...judged } = await this.#inTurn(() => takeIn(this.#buffer, panel, now, margin));
    this.#judgedAt = Date.now();
    this.report({ type: 'labelsJudged', ...judged, counts: this.#buffer.counts() });
    for (const drift of drifts) this.report({ type: 'driftSeen', ...drift });
  }

  async #goBackIfWorse(): Promise<void> {
    const { watch } = this.#buffer.memory() ?? NO_MEMORY;
    const rolledBack = await goBackIfWorse(this.registry, watch, this.#mix, this.settings.watch);
    if (rolledBack !== undefined) this.report(rolledBack);
  }

  async #refitWhenDue(stop: AbortSignal): Promise<void> {
    const isUnderWay = this.#cycle.isUnderWay;
    const { trigger } = this.#buffer.memory() ?? NO_MEMORY;
    const reason = isUnderWay ? 'it was under way' : dueRefit(trigger, Date.now(), this.settings.trigger);
    if (reason === undefined) return;
    this.report({ type: 'refitBegun', reason });
    try {
      if (!isUnderWay) await this.#cycle.prepare(this.#buffer);
      await this.#forgetTrigger();
      const decided = await this.#cycle.finish(stop, ({ step, steps, loss }) =>
        this.report({ type: 'refitStepped', step, steps, loss }),
      );
      this.report({ type: 'refitDecided', ...decided });
    } catch (error) {
      if (stop.aborted) return;
      const failure = asMoodtapeError(error, 'MT_TRAINING');
      if (failure.code === 'MT_REGISTRY') throw failure;
      await this.#cycle.abandon();
      await this.#forgetTrigger();
      this.report({ type: 'refitFailed', error: failure });
    }
  }

  /** What came so far is learned from, or cannot be: only more labels make another refit due. */
  #forgetTrigger(): Promise<void> {
    return this.#inTurn(async () => {
      const memory = this.#buffer.memory() ?? NO_MEMORY;
      await this.#buffer.settle([], { ...memory, trigger: NOTHING_NEW, drift: afterRefit(memory.drift) });
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(action);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }
}
