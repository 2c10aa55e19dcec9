import { z } from 'zod';
import { embeddedView } from './components/embedded-view.js';
import { indexWindows } from './components/index-windows.js';
import { scorer } from './components/scorer.js';
import { trainer } from './components/trainer.js';
import type { Problem } from './problem.js';
import { DEAD_LETTERS, INDEX, MODELS, SCORED } from './topics.js';

const text = z.string().optional().catch(undefined);
const part = z.looseObject({ group: text, topic: text }).optional().catch({});
/** What of a topology can be checked, whatever else is wrong with it. */
const shape = z.object({
  feeds: z.array(z.object({ topic: text }).catch({})).catch([]),
  sources: z.array(z.object({ topic: text }).catch({})).catch([]),
  scorer: part,
  index: part,
  view: part,
  models: part,
  trainer: part,
  dashboard: part,
});
type Shape = z.infer<typeof shape>;

/** What is wrong between components; fields that are wrong by themselves are passed over. */
export function crossCheck(topology: unknown): Problem[] {
  const parsed = shape.safeParse(topology);
  return parsed.success ? CHECKS.flatMap((check) => check(parsed.data)) : [];
}

const CHECKS: readonly ((topology: Shape) => Problem[])[] = [topics, labelTopic, feedTopics, parts, groups];

const OWN_TOPICS: readonly string[] = [SCORED, DEAD_LETTERS, INDEX, MODELS];

function topics({ sources }: Shape): Problem[] {
  const names = sources.map(({ topic }) => topic);
  return names.flatMap((topic, i) => {
    const path = ['sources', i, 'topic'];
    if (topic === undefined) return [];
    if (OWN_TOPICS.includes(topic)) return [{ path, message: 'moodtape itself writes this topic' }];
    return names.indexOf(topic) < i ? [{ path, message: `another source already reads ${topic}` }] : [];
  });
}

/** The topic that a trainer reads; undefined where there is no trainer. */
function topicOfLabels({ trainer: learns }: Shape): string | undefined {
  return learns && (learns.topic ?? trainer.fields.shape.topic.parse(undefined));
}

function labelTopic(topology: Shape): Problem[] {
  const topic = topicOfLabels(topology);
  if (topic === undefined) return [];
  const path = ['trainer', 'topic'];
  if (OWN_TOPICS.includes(topic)) return [{ path, message: 'moodtape itself writes this topic' }];
  const taken = topology.sources.some((source) => source.topic === topic);
  return taken ? [{ path, message: `a source already reads ${topic}` }] : [];
}

function feedTopics(topology: Shape): Problem[] {
  const { feeds, sources } = topology;
  const names = [
    ...sources.map(({ topic }) => topic),
    ...(topology.trainer ? [topicOfLabels(topology)] : []),
  ];
  if (names.includes(undefined)) return [];
  return feeds.flatMap(({ topic }, i) =>
    topic === undefined || names.includes(topic)
      ? []
      : [{ path: ['feeds', i, 'topic'], message: `no source reads ${topic}` }],
  );
}

function parts({
  sources,
  scorer: scores,
  index,
  view,
  models,
  trainer: learns,
  dashboard,
}: Shape): Problem[] {
  if (sources.length > 0 && scores === undefined) {
    return [{ path: ['sources'], message: 'expected a scorer beside them' }];
  }
  if (sources.length === 0 && scores !== undefined) {
    return [{ path: ['scorer'], message: 'expected at least one source beside it' }];
  }
  if (learns !== undefined && models === undefined) {
    return [{ path: ['trainer'], message: 'expected models beside it, where its versions go' }];
  }
  if (dashboard !== undefined && view === undefined) {
    return [{ path: ['dashboard'], message: 'expected a view beside it, which it reads' }];
  }
  return (scores ?? index ?? view ?? learns) === undefined
    ? [{ path: [], message: 'nothing to run: give a scorer, an index, a view or a trainer' }]
    : [];
}

/** Consumers of one group share the partitions of all their topics: parts that read other topics would starve. */
function groups({ scorer: scores, index, view, trainer: learns }: Shape): Problem[] {
  const users = Object.entries({
    scorer: scores && (scores.group ?? standardGroup(scorer)),
    index: index && (index.group ?? standardGroup(indexWindows)),
    view: view && (view.group ?? standardGroup(embeddedView)),
    trainer: learns && (learns.group ?? standardGroup(trainer)),
  });
  return users.flatMap(([key, group], i) =>
    group !== undefined && users.slice(0, i).some(([, other]) => other === group)
      ? [{ path: [key, 'group'], message: `another part already has the group ${group}` }]
      : [],
  );
}

function standardGroup({
  fields,
}: typeof scorer | typeof indexWindows | typeof embeddedView | typeof trainer): string {
  return fields.shape.group.parse(undefined);
}
