import { setTimeout } from 'node:timers/promises';
import { localRegistry } from '../codec/schema-registry.js';
import type { Settings } from '../config.js';
import type { MoodtapeError } from '../errors.js';
import type { Report } from '../flow/event.js';
import type { Engine } from '../inference/engine.js';
import { logEvent } from '../observe/log-events.js';
import { logTrainerEvent } from '../observe/log-trainer-event.js';
import type { Logger } from '../observe/logger.js';
import { RunMetrics } from '../observe/metrics/run-metrics.js';
import { PipelineStats } from '../observe/pipeline-stats.js';
import { serveMetrics } from '../observe/serve-metrics.js';
import type { Trainer } from '../refit/trainer.js';
import type { TrainerEvent } from '../refit/trainer-event.js';
import type { View } from '../view/view.js';
import { aborted } from './aborted.js';
import { replay } from './feed.js';
import { openDashboard } from './open-dashboard.js';
import { openLog } from './open-log.js';
import { openModel } from './open-model.js';
import { openRegistry } from './open-registry.js';
import { openTrainer } from './open-trainer.js';
import { openView } from './open-view.js';
import type { Part } from './part.js';
import { indexPart } from './parts/index-windows.js';
import { scorerPart } from './parts/scorer.js';
import { scoredWatchPart, trainerPart } from './parts/trainer.js';
import { viewPart } from './parts/view.js';
import { subjectsOf } from './subjects.js';
import { topicsOf } from './topics.js';
import type { Topology } from './topology.js';
import { work } from './work.js';

interface Closable {
  close(): Promise<void>;
}

/** What those who watch a run are shown of it. */
export interface Watched {
  readonly view: View;
  /** Address of the dashboard, if there is one. */
  readonly dashboard: string | undefined;
}

export interface RunOptions {
  /** How the model runs. */
  readonly settings: Settings;
  readonly logger: Logger;
  /** Aborts when the topology is to drain and end. */
  readonly stop: AbortSignal;
  /** End when the feeds do, and all that they wrote has been worked on. */
  readonly once: boolean;
  readonly onEvent: Report;
  /** Called when everything runs, if there is a view; what it returns is closed before the view is. */
  readonly watch?: (run: Watched) => Closable;
  /** Milliseconds that draining may take; 25,000 when left out, for orchestrators kill after 30. */
  readonly drainMs?: number;
}

const DRAIN_MS = 25_000;
/** Milliseconds that one resource may take to close. */
const CLOSE_MS = 10_000;

/**
 * Runs a topology until it is stopped, or once through its feeds. Resolves to true when all is drained and closed; to
 * false when that takes too long, because a server is away. Nothing is lost then: what is not committed is read again.
 */
export async function runTopology(topology: Topology, options: RunOptions): Promise<boolean> {
  const { stop, drainMs = DRAIN_MS } = options;
  const ended = new AbortController();
  const { signal } = ended;
  const tooLong = aborted(AbortSignal.any([stop, signal])).then(() =>
    setTimeout(drainMs, false, { signal }).catch(() => true),
  );
  const running = run(topology, options).then(() => true);
  try {
    return await Promise.race([running, tooLong]);
  } finally {
    ended.abort();
  }
}

async function run(topology: Topology, options: RunOptions): Promise<void> {
  const { settings, logger, stop, once } = options;
  const open: Closable[] = [];
  const keep = <T extends Closable>(resource: T): T => {
    open.push(resource);
    return resource;
  };
  const metrics = topology.metrics && new RunMetrics();
  const stats = new PipelineStats(performance.now());
  const report: Report = (event) => {
    logEvent(logger, event);
    metrics?.record(event);
    stats.record(event, performance.now());
    options.onEvent(event);
  };
  const over = new AbortController();
  const enough = AbortSignal.any([stop, over.signal]);
  let started = false;
  try {
    if (topology.metrics !== undefined && metrics !== undefined) {
      const ready = () => started && !enough.aborted;
      keep(await serveMetrics({ ...topology.metrics, metrics: metrics.registry, ready, logger }));
    }
    const registry =
      topology.registry === undefined
        ? localRegistry
        : keep(await openRegistry(topology.registry, subjectsOf(topology), logger));
    const transport = keep(await openLog(topology.log, logger));
    await transport.ensureTopics(topicsOf(topology));
    const view = topology.view && keep(await openView(topology.view, logger));

    const parts: Part[] = [];
    const context = { transport, registry, logger, report };
    let engine: Engine | undefined;
    let trainer: Trainer | undefined;
    if (topology.scorer !== undefined) {
      const onFallback = ({ message, remedy }: MoodtapeError) => logger.warn({ remedy }, message);
      const model = await openModel(topology.models, settings, logger, { measure: !once, onFallback });
      engine = keep(model.engine);
      metrics?.showModel(engine);
      parts.push(await scorerPart(topology.scorer, topology.sources, model, context));
    }
    if (topology.index !== undefined) parts.push(indexPart(topology.index, context, metrics?.countLate));
    if (topology.view !== undefined && view !== undefined) {
      parts.push(viewPart(topology.view, view, context));
    }
    if (topology.trainer !== undefined && topology.models !== undefined) {
      const watch = metrics?.watchTrainer();
      const onEvent = (event: TrainerEvent) => {
        logTrainerEvent(logger, event);
        watch?.(event);
      };
      const opened = await openTrainer(topology.trainer, topology.models, settings, onEvent);
      trainer = keep(opened.trainer);
      parts.push(scoredWatchPart(topology.trainer, opened, context));
      parts.push(trainerPart(topology.trainer, opened, context, onEvent));
    }
    metrics?.showLag({ transport, consumers: parts, logger });
    if (view !== undefined) {
      const asked = { model: () => engine?.model, accuracy: () => trainer?.accuracy() };
      const running = { view, consumers: parts, stats, ...asked };
      const dashboard =
        topology.dashboard && keep(await openDashboard(topology.dashboard, topology, context, running));
      if (options.watch !== undefined) keep(options.watch({ view, dashboard: dashboard?.url }));
    }

    const model = engine && { model: engine.model.version, runtime: engine.runtime };
    logger.info({ topology: topology.name, ...model }, 'running');
    started = true;
    const feeds = Promise.all(topology.feeds.map((feed) => replay(feed, transport, enough)));
    try {
      await work(parts, { transport, feeds, stop, once });
    } finally {
      over.abort();
      await feeds.catch(() => {});
    }
  } finally {
    for (const resource of open.reverse()) await closeInTime(resource);
  }
}

/** A server that is away must not keep a run from failing. */
async function closeInTime(resource: Closable): Promise<void> {
  const closed = new AbortController();
  const late = setTimeout(CLOSE_MS, undefined, { signal: closed.signal }).catch(() => {});
  await Promise.race([resource.close(), late]).finally(() => closed.abort());
}
