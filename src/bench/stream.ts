import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { firstValueFrom, fromEvent } from 'rxjs';
import { z } from 'zod';
import { sentimentCodec } from '../codec/codecs.js';
import { localRegistry } from '../codec/schema-registry.js';
import type { Sentiment } from '../codec/sentiment.js';
import { serveDashboard } from '../dashboard/server.js';
import { createLogger } from '../observe/logger.js';
import { PipelineStats } from '../observe/pipeline-stats.js';
import { dashboardSources } from '../topology/open-dashboard.js';
import { INDEX, SCORED } from '../topology/topics.js';
import { openEmbeddedTransport } from '../transport/embedded/transport.js';
import type { Transport } from '../transport/transport.js';
import { openEmbeddedView } from '../view/embedded/view.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { compare, inTurns, Side } from './side.js';
import { readTexts } from './texts.js';

export interface StreamOptions {
  /** That read the stream at the same time. */
  readonly clients: number;
}

/** Texts a second: more than a market with its forums has on most days. */
const RATE = 100;
const CODEC = sentimentCodec('json');

/** Milliseconds from the append of a text until 99 % of the clients of the dashboard's stream have it. */
export async function stream(
  { data, texts: count, rounds, onRound }: BenchOptions,
  { clients }: StreamOptions,
): Promise<Outcome> {
  const texts = await readTexts(data, count);
  const many = new Side(`p99 to ${clients} clients`, () => p99To(clients, texts));
  const one = new Side('one client', () => p99To(1, texts));
  await inTurns(rounds, [many, one], onRound);
  return { comparisons: [compare(many, one, 'ms')], facts: { textsPerSecond: RATE } };
}

/** Every client must have every text; they are in a thread of their own, as they would be on other machines. */
async function p99To(clients: number, texts: readonly string[]): Promise<number> {
  return withStream(clients, async (transport, url) => {
    const worker = new Worker(new URL('./stream-clients.js', import.meta.url), {
      workerData: { url: String(url), clients, texts: texts.length },
    });
    try {
      const messages = fromEvent(worker, 'message');
      await firstValueFrom(messages);
      const measured = firstValueFrom(messages);
      for (const [i, text] of texts.entries()) {
        await transport.append([{ topic: SCORED, key: null, value: CODEC.encode(scoredNow(i, text)) }]);
        await setTimeout(1000 / RATE);
      }
      return z.number().parse(await measured);
    } finally {
      await worker.terminate();
    }
  });
}

async function withStream<T>(
  clients: number,
  use: (transport: Transport, url: URL) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  const transport = openEmbeddedTransport(join(folder, 'log'));
  const view = openEmbeddedView(join(folder, 'view'));
  const logger = createLogger('error');
  try {
    await transport.ensureTopics([SCORED, INDEX].map((name) => ({ name, partitions: 1 })));
    const sources = await dashboardSources(
      {},
      { transport, registry: localRegistry, logger },
      {
        ...{ view, consumers: [], stats: new PipelineStats(performance.now()) },
        ...{ model: () => undefined, accuracy: () => undefined },
      },
    );
    const dashboard = await serveDashboard(sources, {
      ...{ host: '127.0.0.1', port: 0, logger },
      ...{ mostClients: clients, rate: { requests: 2 * clients, everyMs: 60_000 } },
    });
    try {
      return await use(transport, new URL('/api/stream?events=scored', dashboard.url));
    } finally {
      await dashboard.close();
    }
  } finally {
    await Promise.all([transport.close(), view.close()]);
    await rm(folder, { recursive: true });
  }
}

function scoredNow(i: number, text: string): Sentiment {
  const now = Date.now();
  return {
    ...{
      id: String(i),
      source: `raw.news/0/${i}`,
      domain: 'news',
      symbols: ['SH600519'],
      text,
      truncated: false,
    },
    ...{ publishedAt: now, scoredAt: now, label: '中性', probabilities: [0.2, 0.6, 0.2], score: 0 },
    ...{ confidence: 0.6, experts: { news: 0.9, forum: 0.1 }, model: '000000000000' },
  };
}
