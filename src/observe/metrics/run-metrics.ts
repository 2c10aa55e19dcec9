import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Report } from '../../flow/event.js';
import type { Engine } from '../../inference/engine.js';
import type { TrainerEvent } from '../../refit/trainer-event.js';
import { batchMetrics } from './batches.js';
import { inFlightMetrics } from './in-flight.js';
import { type LagOptions, lagMetric } from './lag.js';
import { lateTextsMetric } from './late-texts.js';
import { modelMetrics } from './models.js';
import { recordMetrics } from './records.js';
import { stageMetrics } from './stages.js';
import { trainerMetrics } from './trainer.js';

/** The metrics of one run, in a registry of its own; those of the process (`process_`, `nodejs_`) beside them. */
export class RunMetrics {
  readonly registry = new Registry();
  /** Names the model that scores first. */
  readonly showModel: (engine: Pick<Engine, 'model' | 'runtime'>) => void;
  /** Counts texts that came too late for a window of the index. */
  readonly countLate: (texts: number) => void;
  readonly #watchers: readonly Report[];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.countLate = lateTextsMetric(this.registry);
    const models = modelMetrics(this.registry);
    this.showModel = models.show;
    const groups = [recordMetrics, inFlightMetrics, batchMetrics, stageMetrics];
    this.#watchers = [...groups.map((metrics) => metrics(this.registry)), models.watch];
  }

  /** Counts what a scorer tells. */
  readonly record: Report = (event) => {
    for (const watch of this.#watchers) watch(event);
  };

  /** Counts what a trainer tells. */
  watchTrainer(): (event: TrainerEvent) => void {
    return trainerMetrics(this.registry);
  }

  /** Shows how far consumer groups are behind. */
  showLag(options: LagOptions): void {
    lagMetric(this.registry, options);
  }
}
