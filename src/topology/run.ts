import { join } from 'node:path';
import type { Settings } from '../config.js';
import type { ScorerEvent } from '../flow/event.js';
import { calibrate } from '../inference/calibrate.js';
import { logEvent } from '../observe/log-events.js';
import type { Logger } from '../observe/logger.js';
import { openEngine } from '../open-engine.js';
import { openEmbeddedTransport } from '../transport/embedded/transport.js';
import type { TopicSpec } from '../transport/transport.js';
import { openEmbeddedView } from '../view/embedded/view.js';
import type { View } from '../view/view.js';
import { replay } from './feed.js';
import type { Part } from './part.js';
import { indexPart } from './parts/index-windows.js';
import { scorerPart } from './parts/scorer.js';
import { viewPart } from './parts/view.js';
import { DEAD_LETTERS, INDEX, SCORED } from './topics.js';
import type { Topology } from './topology.js';
import { work } from './work.js';

interface Closable {
  close(): Promise<void>;
}

export interface RunOptions {
  /** How the model runs. */
  readonly settings: Settings;
  readonly logger: Logger;
  /** Aborts when the topology is to drain and end. */
  readonly stop: AbortSignal;
  /** End when the feeds do, and all that they wrote has been worked on. */
  readonly once: boolean;
  readonly onEvent: (event: ScorerEvent) => void;
  /** Called when everything runs, if there is a view; what it returns is closed before the view is. */
  readonly watch?: (view: View) => Closable;
}

/** Runs a topology until it is stopped, or once through its feeds, and returns when all is drained and closed. */
export async function runTopology(topology: Topology, options: RunOptions): Promise<void> {
  const open: Closable[] = [];
  const keep = <T extends Closable>(resource: T): T => {
    open.push(resource);
    return resource;
  };
  const { settings, logger, stop, once } = options;
  const onEvent = (event: ScorerEvent) => {
    logEvent(logger, event);
    options.onEvent(event);
  };
  const over = new AbortController();
  const enough = AbortSignal.any([stop, over.signal]);
  try {
    const transport = keep(openEmbeddedTransport(topology.log.path));
    await transport.ensureTopics(topicsOf(topology));
    const view = topology.view === undefined ? undefined : keep(openEmbeddedView(topology.view.path));
    const parts: Part[] = [];
    if (topology.scorer !== undefined) {
      const { scorer: fields, sources } = topology;
      const engine = keep(await openEngine(settings));
      const cost = await calibrate(engine, join(settings.home, 'calibration'));
      parts.push(await scorerPart({ fields, sources, transport, engine, cost, onEvent }));
    }
    if (topology.index !== undefined) parts.push(indexPart(topology.index, transport, logger));
    if (topology.view !== undefined && view !== undefined) {
      parts.push(viewPart(topology.view, transport, view, logger));
    }
    if (view !== undefined && options.watch !== undefined) keep(options.watch(view));
    logger.info({ topology: topology.name }, 'running');
    const feeds = Promise.all(topology.feeds.map((feed) => replay(feed, transport, enough)));
    try {
      await work(parts, { transport, feeds, stop, once });
    } finally {
      over.abort();
      await feeds.catch(() => {});
    }
  } finally {
    for (const resource of open.reverse()) await resource.close();
  }
}

/** Index rows are read back at every start, so they do not stay for ever: they can be made again of the scores. */
const INDEX_RETENTION_MS = 7 * 86_400_000;

function topicsOf({ sources }: Topology): TopicSpec[] {
  return [
    ...sources.map(({ topic, partitions }) => ({ name: topic, partitions })),
    { name: SCORED, partitions: 1 },
    { name: DEAD_LETTERS, partitions: 1 },
    { name: INDEX, partitions: 1, retentionMs: INDEX_RETENTION_MS },
  ];
}
