import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sentimentCodec, sentimentIndexCodec } from '../../src/codec/codecs.js';
import type { Sentiment, SentimentIndex } from '../../src/codec/sentiment.js';
import { type DashboardOptions, serveDashboard } from '../../src/dashboard/server.js';
import type { Sources } from '../../src/dashboard/sources.js';
import { createLogger } from '../../src/observe/logger.js';
import { PipelineStats } from '../../src/observe/pipeline-stats.js';
import { decodePoll } from '../../src/topology/decode-poll.js';
import { DEAD_LETTERS, INDEX, SCORED } from '../../src/topology/topics.js';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { openEmbeddedView } from '../../src/view/embedded/view.js';

const logger = createLogger('silent');
export const PARTITIONS = 2;

/** A dashboard over a log and a view of its own, both empty; all is gone after the test. */
export async function openDashboard(options: Partial<DashboardOptions> = {}, others: Partial<Sources> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'moodtape-dashboard-'));
  const log = openEmbeddedTransport(join(folder, 'log'));
  const view = openEmbeddedView(join(folder, 'view'));
  await log.ensureTopics([
    { name: SCORED, partitions: PARTITIONS },
    { name: INDEX, partitions: 1 },
    { name: DEAD_LETTERS, partitions: 1 },
  ]);
  const stats = new PipelineStats(performance.now());
  const [texts, rows] = [sentimentCodec('auto'), sentimentIndexCodec('auto')];
  const sources: Sources = {
    view,
    log,
    scored: { topic: SCORED, decode: (records) => decodePoll({ records }, texts, logger) },
    index: { topic: INDEX, decode: (records) => decodePoll({ records }, rows, logger) },
    deadLetters: DEAD_LETTERS,
    consumers: [{ group: 'readers', topics: [SCORED] }],
    stats,
    names: new Map([['SH600519', '贵州茅台']]),
    model: () => ({ name: 'tiny', version: 'v1' }),
    models: async () => undefined,
    accuracy: () => undefined,
    ...others,
  };
  const dashboard = await serveDashboard(sources, { host: '127.0.0.1', port: 0, logger, ...options });
  const close = async () => {
    await dashboard.close();
    await Promise.all([view.close(), log.close()]);
    rmSync(folder, { recursive: true });
  };
  onTestFinished(close);
  const at = (path: string) => new URL(path, dashboard.url);
  const get = (path: string, init?: RequestInit) => fetch(at(path), init);
  const json = async (path: string): Promise<unknown> => (await get(path)).json();

  let applied = 0n;
  /** Puts texts into the view, as a view's part does. */
  const show = async (...values: Sentiment[]) => {
    const entries = values.map((value) => ({ offset: applied++, value }));
    await view.applyScored({ topic: SCORED, partition: 0, entries });
  };
  const showRows = async (...values: SentimentIndex[]) => {
    const entries = values.map((value) => ({ offset: applied++, value }));
    await view.applyIndex({ topic: INDEX, partition: 0, entries });
  };
  /** Writes texts to the log, to one partition after the other. */
  const write = async (...values: Sentiment[]) => {
    await log.append(
      values.map((value, i) => ({
        topic: SCORED,
        partition: i % PARTITIONS,
        key: null,
        value: texts.encode(value),
      })),
    );
  };
  const writeRows = async (...values: SentimentIndex[]) => {
    await log.append(values.map((value) => ({ topic: INDEX, key: null, value: rows.encode(value) })));
  };
  return { url: dashboard.url, at, get, json, log, stats, show, showRows, write, writeRows };
}
