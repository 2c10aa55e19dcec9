import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Logger } from '../observe/logger.js';
import { experts } from './api/experts.js';
import { health } from './api/health.js';
import { indexRows } from './api/index-rows.js';
import { models } from './api/models.js';
import { movers } from './api/movers.js';
import { openApiDocument } from './api/openapi.js';
import { pipeline } from './api/pipeline.js';
import { stream, streamPath, streamPathItem } from './api/stream.js';
import { symbol } from './api/symbol.js';
import { symbols } from './api/symbols.js';
import { texts } from './api/texts.js';
import { inTime } from './in-time.js';
import { pageFiles } from './page-files.js';
import { failureHandler, Refusal } from './refusal.js';
import { securityHeaders } from './security/headers.js';
import { knownHost } from './security/known-host.js';
import { type Rate, rateLimit } from './security/rate-limit.js';
import { readingOnly } from './security/reading-only.js';
import { tokenGuard } from './security/token.js';
import type { Sources } from './sources.js';
import type { StreamClients } from './stream/clients.js';

export interface AppOptions {
  readonly host: string;
  /** Undefined where only this machine can ask. */
  readonly token: string | undefined;
  readonly rate: Rate;
  readonly clients: StreamClients;
  readonly logger: Logger;
}

/** Milliseconds that an answer may take. */
const PATIENCE_MS = 10_000;

/** The API, its OpenAPI document and the page, behind what keeps them safe. */
export function createApp(sources: Sources, { host, token, rate, clients, logger }: AppOptions) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError(failureHandler(logger));
  app.notFound((c) => {
    throw new Refusal(404, 'MT_REQUEST', `there is no ${c.req.path}`);
  });

  app.use(securityHeaders, readingOnly, knownHost(host), rateLimit(rate));
  if (token !== undefined) app.use(tokenGuard(token));

  const endpoints = ENDPOINTS.map((endpointOf) => endpointOf(sources));
  const document = openApiDocument(endpoints, { [streamPath]: streamPathItem });
  app.use('/api/*', cached('no-store'));
  app.get('/api/openapi.json', (c) => c.json(document));
  for (const { path, answer } of endpoints) {
    app.get(routeOf(path), async (c) => {
      const parameters = { ...c.req.query(), ...c.req.param() };
      return c.json(await inTime(answer(parameters), PATIENCE_MS));
    });
  }
  app.get(streamPath, stream(clients));
  app.all('/api/*', (c) => c.notFound());

  // Browsers ask each time whether a file has changed.
  app.use('*', cached('no-cache'), pageFiles);
  return app;
}

const ENDPOINTS = [health, symbols, symbol, texts, indexRows, movers, experts, models, pipeline];

/** A path of OpenAPI as Hono writes it. */
function routeOf(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function cached(how: string) {
  return createMiddleware(async (c, next) => {
    c.header('cache-control', how);
    await next();
  });
}
