import { type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openDashboard } from './support.js';

const TOKEN = 'a-token-of-thirty-two-characters';

/** A request that is sent as it is given: fetch puts some of it straight. */
function ask(options: RequestOptions): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false }, async (response) =>
      resolve({ status: response.statusCode, body: await text(response) }),
    );
    sent.on('error', reject).end();
  });
}

describe('a dashboard', () => {
  it('says to browsers that nothing foreign runs in it, whatever it answers', async () => {
    const { get } = await openDashboard();
    for (const path of ['/api/health', '/api/nothing', '/api/texts?limit=0']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const stream = await get('/api/stream', { method: 'HEAD' });
    expect(stream.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('answers under no name but that of this machine, and to no page of another site', async () => {
    const { url } = await openDashboard();
    const { hostname, host, port } = new URL(url);
    const statusOf = async (headers: Record<string, string>) =>
      (await ask({ hostname, port, path: '/api/health', headers })).status;
    for (const name of [host, `localhost:${port}`, '127.0.0.1', `[::1]:${port}`]) {
      expect(await statusOf({ host: name })).toBe(200);
    }
    for (const name of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
      '@',
    ]) {
      expect([400, 403], name).toContain(await statusOf({ host: name }));
    }
    expect(await statusOf({ host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf({ host, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('only reads', async () => {
    const { get } = await openDashboard();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await get('/api/health', { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    const head = await get('/api/health', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('hands out no file beside the page', async () => {
    const { url } = await openDashboard();
    const { hostname: host, port } = new URL(url);
    const outside = [
      '/../server.js',
      '/%2e%2e/server.js',
      '/..%2fserver.js',
      '/..\\server.js',
      '//etc/passwd',
    ];
    for (const path of [...outside, '/.tsbuildinfo']) {
      // As it is: `URL` would put it straight.
      const { status } = await ask({ host, port, path });
      expect([400, 404], path).toContain(status);
    }
  });

  it('has a bound on the requests of an address', async () => {
    const { get } = await openDashboard({ rate: { requests: 3, everyMs: 60_000 } });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await get('/api/health')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await get('/api/symbols');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'MT_BUSY' } });
  });

  it('tells nobody what broke inside it', async () => {
    const { get } = await openDashboard(
      {},
      { models: () => Promise.reject(new Error('/secret/place is gone')) },
    );
    const response = await get('/api/models');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('a dashboard with a token', () => {
  it('answers to those alone who show it', async () => {
    const { get } = await openDashboard({ token: TOKEN });
    const statusOf = async (authorization?: string) =>
      (await get('/api/health', authorization === undefined ? {} : { headers: { authorization } })).status;
    expect(await statusOf()).toBe(401);
    expect(await statusOf(`Bearer ${TOKEN}x`)).toBe(401);
    expect(await statusOf('Bearer ')).toBe(401);
    expect(await statusOf(`Basic ${TOKEN}`)).toBe(401);
    expect(await statusOf(`Bearer ${TOKEN}`)).toBe(200);
    expect((await get('/')).status).toBe(401);
    expect((await get('/api/stream')).status).toBe(401);
    expect((await get(`/api/health?token=${TOKEN}`)).status).toBe(401);
  });

  it('takes it once in the address of the page, and a cookie from then on', async () => {
    const { get } = await openDashboard({ token: TOKEN });
    expect((await get('/?token=wrong', { redirect: 'manual' })).status).toBe(401);
    const entered = await get(`/?token=${TOKEN}`, { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    const cookie = entered.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^moodtape=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    const [pair = ''] = cookie.split(';');
    expect((await get('/api/health', { headers: { cookie: pair } })).status).toBe(200);
    expect((await get('/api/health', { headers: { cookie: `moodtape=${TOKEN}` } })).status).toBe(401);
  });
});
