import { z } from 'zod';
import { embeddedView } from './components/embedded-view.js';
import { indexWindows } from './components/index-windows.js';
import { scorer } from './components/scorer.js';
import type { Problem } from './problem.js';
import { DEAD_LETTERS, INDEX, SCORED } from './topics.js';

const text = z.string().optional().catch(undefined);
const part = z.looseObject({ group: text }).optional().catch({});
/** What of a topology can be checked, whatever else is wrong with it. */
const shape = z.object({
  feeds: z.array(z.object({ topic: text }).catch({})).catch([]),
  sources: z.array(z.object({ topic: text }).catch({})).catch([]),
  scorer: part,
  index: part,
  view: part,
});
type Shape = z.infer<typeof shape>;

/** What is wrong between components; fields that are wrong by themselves are passed over. */
export function crossCheck(topology: unknown): Problem[] {
  const parsed = shape.safeParse(topology);
  return parsed.success ? CHECKS.flatMap((check) => check(parsed.data)) : [];
}

const CHECKS: readonly ((topology: Shape) => Problem[])[] = [topics, feedTopics, parts, groups];

const OWN_TOPICS: readonly string[] = [SCORED, DEAD_LETTERS, INDEX];

function topics({ sources }: Shape): Problem[] {
  const names = sources.map(({ topic }) => topic);
  return names.flatMap((topic, i) => {
    const path = ['sources', i, 'topic'];
    if (topic === undefined) return [];
    if (OWN_TOPICS.includes(topic)) return [{ path, message: 'moodtape itself writes this topic' }];
    return names.indexOf(topic) < i ? [{ path, message: `another source already reads ${topic}` }] : [];
  });
}

function feedTopics({ feeds, sources }: Shape): Problem[] {
  const names = sources.map(({ topic }) => topic);
  if (names.includes(undefined)) return [];
  return feeds.flatMap(({ topic }, i) =>
    topic === undefined || names.includes(topic)
      ? []
      : [{ path: ['feeds', i, 'topic'], message: `no source reads ${topic}` }],
  );
}

function parts({ sources, scorer: scores, index, view }: Shape): Problem[] {
  if (sources.length > 0 && scores === undefined) {
    return [{ path: ['sources'], message: 'expected a scorer beside them' }];
  }
  if (sources.length === 0 && scores !== undefined) {
    return [{ path: ['scorer'], message: 'expected at least one source beside it' }];
  }
  return (scores ?? index ?? view) === undefined
    ? [{ path: [], message: 'nothing to run: give a scorer, an index or a view' }]
    : [];
}

/** Consumers of one group share the partitions of all their topics: parts that read other topics would starve. */
function groups({ scorer: scores, index, view }: Shape): Problem[] {
  const users = Object.entries({
    scorer: scores && (scores.group ?? standardGroup(scorer)),
    index: index && (index.group ?? standardGroup(indexWindows)),
    view: view && (view.group ?? standardGroup(embeddedView)),
  });
  return users.flatMap(([key, group], i) =>
    group !== undefined && users.slice(0, i).some(([, other]) => other === group)
      ? [{ path: [key, 'group'], message: `another part already has the group ${group}` }]
      : [],
  );
}

function standardGroup({ fields }: typeof scorer | typeof indexWindows | typeof embeddedView): string {
  return fields.shape.group.parse(undefined);
}
