import { z } from 'zod';
import type { LogRecord } from '../../transport/transport.js';
import { NO_GROUP, type Sources } from '../sources.js';
import { type Pipeline, pipelineSchema } from './answers.js';
import { endpoint } from './endpoint.js';

type Failures = Pipeline['recentFailures'];

/** Dead letters that are shown. */
const MOST_FAILURES = 50;

export function pipeline(sources: Sources) {
  return endpoint({
    path: '/api/pipeline',
    summary: 'How the flow of texts does',
    input: z.strictObject({}),
    output: pipelineSchema,
    answer: async () => {
      const [lag, recentFailures] = await Promise.all([lagOf(sources), failuresOf(sources)]);
      const { p50Ms = null, p99Ms = null, ...stats } = sources.stats.summary(performance.now());
      return { lag, ...stats, p50Ms, p99Ms, recentFailures };
    },
  });
}

async function lagOf({ log, consumers }: Sources): Promise<Pipeline['lag']> {
  const groups = await Promise.all(
    consumers.map(async ({ group, topics }) =>
      (await log.lag(group, topics)).map(({ committed, end, ...place }) => ({
        ...{ group, ...place },
        ...{ committed: Number(committed), end: Number(end) },
      })),
    ),
  );
  return groups.flat();
}

/** The end of the topic of dead letters, which other processes write too. */
async function failuresOf({ log, deadLetters }: Sources): Promise<Failures> {
  const partitions = await log.lag(NO_GROUP, [deadLetters]);
  const ends = partitions.map(({ topic, partition, committed, end }) => {
    const last = end - BigInt(MOST_FAILURES);
    return { topic, partition, from: last > committed ? last : committed, until: end };
  });
  const failures: Failures = [];
  for await (const records of log.read(ends.filter(({ from, until }) => from < until)))
    failures.push(...records.map(failureOf));
  return failures.sort((a, b) => b.at - a.at).slice(0, MOST_FAILURES);
}

/** Reads the headers that say what was wrong (schemas/README.md). */
function failureOf({ headers, timestamp }: LogRecord): Failures[number] {
  const header = (name: string) => Buffer.from(headers[`moodtape.error.${name}`] ?? []).toString();
  return {
    code: header('code'),
    message: header('message'),
    at: timestamp,
    source: ['topic', 'partition', 'offset'].map(header).join('/'),
  };
}
