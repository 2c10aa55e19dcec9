import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Gauge, Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/observe/logger.js';
import { type MetricsServerOptions, serveMetrics } from '../../src/observe/serve-metrics.js';

async function serve(options: Partial<MetricsServerOptions> = {}) {
  const server = await serveMetrics({
    host: '127.0.0.1',
    port: 0,
    metrics: new Registry(),
    ready: () => true,
    logger: createLogger('silent'),
    ...options,
  });
  onTestFinished(() => server.close());
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { ...server, get };
}

describe('serveMetrics', () => {
  it('shows the metrics in the text format of Prometheus', async () => {
    const metrics = new Registry();
    new Gauge({ name: 'depth', help: 'How deep.', registers: [metrics] }).set(3);
    const { get } = await serve({ metrics });
    const response = await get('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('# HELP depth How deep.\n# TYPE depth gauge\ndepth 3\n');
  });

  it('is ready only while the run says so, and alive all the time', async () => {
    let ready = false;
    const { get } = await serve({ ready: () => ready });
    const states = async () => [(await get('/healthz')).status, (await get('/readyz')).status];
    expect(await states()).toEqual([200, 503]);
    ready = true;
    expect(await states()).toEqual([200, 200]);
    ready = false;
    expect(await states()).toEqual([200, 503]);
  });

  it('knows no other paths and only reads', async () => {
    const { get } = await serve();
    for (const path of ['/', '/metrics/', '/readyz/x', '//metrics', '/%6detrics', '/constructor']) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await get('/healthz?from=probe')).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await get('/metrics', { method, body: 'x' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    const head = await get('/metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('says nothing of itself in its headers', async () => {
    const { get } = await serve();
    const names = [...(await get('/metrics')).headers.keys()].sort();
    expect(names).toEqual(
      'cache-control connection content-type date keep-alive transfer-encoding x-content-type-options'.split(
        ' ',
      ),
    );
  });

  it('answers 500 without the reason when a metric cannot be collected, and logs it', async () => {
    const metrics = new Registry();
    const collect = () => {
      throw new Error('broken gauge');
    };
    new Gauge({ name: 'broken', help: 'Broken.', registers: [metrics], collect });
    let logged = '';
    const write = (line: string) => {
      logged += line;
    };
    const { get } = await serve({ metrics, logger: createLogger('error', { write }) });
    const response = await get('/metrics');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('broken');
    expect(JSON.parse(logged)).toMatchObject({ level: 'error', message: 'broken gauge' });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('says which address is taken', async () => {
    const { port } = await serve();
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'MT_LISTEN',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('closes at once, also when a scrape does not end and a client keeps its connection', async () => {
    const metrics = new Registry();
    const never = new Promise<void>(() => {});
    new Gauge({ name: 'slow', help: 'Slow.', registers: [metrics], collect: () => never });
    const { get, port, close } = await serve({ metrics });
    await get('/healthz');
    const scrape = request({ port, path: '/metrics' }).end();
    const ended = new Promise((resolve) =>
      scrape.on('error', resolve).on('response', (answer) => text(answer)),
    );
    await new Promise((resolve) => scrape.on('finish', resolve));
    await close();
    await ended;
    await expect(get('/healthz')).rejects.toThrow();
  });
});
