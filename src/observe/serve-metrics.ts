import { createServer, type IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import { messageOf } from '../errors.js';
import { type Address, type Listening, listen } from '../listen.js';
import type { Logger } from './logger.js';

export interface MetricsServerOptions extends Address {
  readonly metrics: Pick<Registry, 'contentType' | 'metrics'>;
  /** Whether the run works: not before it has started, not once it drains. */
  readonly ready: () => boolean;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * Serves `GET /metrics` for Prometheus, and for orchestrators `GET /healthz` (200 while the event loop turns) and
 * `GET /readyz` (200 while the run works, 503 before and after).
 *
 * @throws MoodtapeError MT_LISTEN when it cannot listen there.
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<Listening> {
  const { host, logger } = options;
  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(request, options);
    response
      .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...HEADERS, ...headers })
      .end(body);
  });
  const listening = await listen(server, options, 'metrics');
  logger.info({ host, port: listening.port }, 'serving metrics');
  return listening;
}

async function answer(
  { method = '', url = '' }: IncomingMessage,
  { metrics, ready, logger }: MetricsServerOptions,
): Promise<Answer> {
  const answers = new Map<string, () => Answer | Promise<Answer>>([
    ['/metrics', () => scrape(metrics, logger)],
    ['/healthz', () => ({ status: 200, body: 'ok\n' })],
    ['/readyz', () => (ready() ? { status: 200, body: 'ready\n' } : { status: 503, body: 'not ready\n' })],
  ]);
  const found = answers.get(url.split('?')[0] ?? '');
  if (found === undefined) return { status: 404, body: 'not found\n' };
  if (method === 'GET' || method === 'HEAD') return found();
  return { status: 405, body: 'method not allowed\n', headers: { allow: 'GET, HEAD' } };
}

async function scrape(metrics: MetricsServerOptions['metrics'], logger: Logger): Promise<Answer> {
  try {
    return {
      status: 200,
      body: await metrics.metrics(),
      headers: { 'content-type': metrics.contentType },
    };
  } catch (error) {
    logger.error({ message: messageOf(error) }, 'the metrics cannot be collected');
    return { status: 500, body: 'the metrics cannot be collected\n' };
  }
}
