import type { Settings } from '../config.js';
import type { ScorerEvent } from '../flow/event.js';
import { openEngine } from '../open-engine.js';
import { openEmbeddedTransport } from '../transport/embedded/transport.js';
import type { TopicSpec } from '../transport/transport.js';
import { openEmbeddedView } from '../view/embedded/view.js';
import type { View } from '../view/view.js';
import { replay } from './feed.js';
import type { Part } from './part.js';
import { scorerPart } from './parts/scorer.js';
import { DEAD_LETTERS, INDEX, SCORED } from './topics.js';
import type { Topology } from './topology.js';
import { work } from './work.js';

export interface RunOptions {
  /** How the model runs. */
  readonly settings: Settings;
  /** Aborts when the topology is to drain and end. */
  readonly stop: AbortSignal;
  /** End when the feeds do, and all that they wrote has been worked on. */
  readonly once: boolean;
  readonly onEvent: (event: ScorerEvent) => void;
  /** Called when everything runs, with the view if there is one. */
  readonly onStart: (view: View | undefined) => void;
}

/** Runs a topology until it is stopped, or once through its feeds, and returns when all is drained and closed. */
export async function runTopology(topology: Topology, options: RunOptions): Promise<void> {
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(resource: T): T => {
    open.push(resource);
    return resource;
  };
  try {
    const transport = keep(openEmbeddedTransport(topology.log.path));
    await transport.ensureTopics(topicsOf(topology));
    const view = topology.view === undefined ? undefined : keep(openEmbeddedView(topology.view.path));
    const parts: Part[] = [];
    if (topology.scorer !== undefined) {
      const engine = keep(await openEngine(options.settings));
      parts.push(await scorerPart(topology.scorer, topology.sources, transport, engine, options.onEvent));
    }
    options.onStart(view);
    const feeds = Promise.all(topology.feeds.map((feed) => replay(feed, transport, options.stop)));
    await work(parts, { transport, feeds, stop: options.stop, once: options.once });
  } finally {
    for (const resource of open.reverse()) await resource.close();
  }
}

function topicsOf({ sources }: Topology): TopicSpec[] {
  const raw = sources.map(({ topic, partitions }) => ({ name: topic, partitions }));
  return [...raw, ...[SCORED, DEAD_LETTERS, INDEX].map((name) => ({ name, partitions: 1 }))];
}
