import { z } from 'zod';
import type { Component } from './component.js';
import { embeddedLog } from './components/embedded-log.js';
import { embeddedView } from './components/embedded-view.js';
import { feed } from './components/feed.js';
import { indexWindows } from './components/index-windows.js';
import { scorer } from './components/scorer.js';
import { source } from './components/source.js';

/** All components, in the order of a topology file. */
export const COMPONENTS: readonly Component[] = [
  embeddedLog,
  feed,
  source,
  scorer,
  indexWindows,
  embeddedView,
];

export const topologySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'expected a name: small letters, digits, hyphen')
    .describe('Name of the topology.'),
  log: z.discriminatedUnion('kind', [embeddedLog.fields]).describe(embeddedLog.summary),
  feeds: z.array(feed.fields).default([]).describe(feed.summary),
  sources: z.array(source.fields).default([]).describe(source.summary),
  scorer: scorer.fields.optional().describe(scorer.summary),
  index: indexWindows.fields.optional().describe(indexWindows.summary),
  view: z.discriminatedUnion('kind', [embeddedView.fields]).optional().describe(embeddedView.summary),
});

export type Topology = z.infer<typeof topologySchema>;

/** Something wrong in a topology, and the path of the field that it concerns. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Set when not the value is at fault but that there is such a key. */
  readonly at?: 'key';
}

/** What is wrong between components that are each right. */
export function crossCheck(topology: Topology): Problem[] {
  const topics = topology.sources.map(({ topic }) => topic);
  const problems: Problem[] = [];
  for (const [i, topic] of topics.entries()) {
    if (topics.indexOf(topic) < i) {
      problems.push({ path: ['sources', i, 'topic'], message: `another source already reads ${topic}` });
    }
  }
  for (const [i, { topic }] of topology.feeds.entries()) {
    if (!topics.includes(topic)) {
      problems.push({ path: ['feeds', i, 'topic'], message: `no source reads ${topic}` });
    }
  }
  if (topics.length > 0 && topology.scorer === undefined) {
    problems.push({ path: ['sources'], message: 'expected a scorer beside them' });
  }
  if (topology.scorer !== undefined && topics.length === 0) {
    problems.push({ path: ['scorer'], message: 'expected at least one source beside it' });
  }
  if (topology.scorer === undefined && topology.index === undefined && topology.view === undefined) {
    problems.push({ path: [], message: 'nothing to run: give a scorer, an index or a view' });
  }
  return problems;
}
