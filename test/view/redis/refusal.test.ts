import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createPlainServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRedisView, type RedisViewOptions } from '../../../src/view/redis/view.js';
import type { View } from '../../../src/view/view.js';
import { batch, scored } from '../../conformance/view/samples.js';
import { makeCertificate } from '../../services/certificate.js';
import { describeWithOwnRedis } from '../../services/describe.js';
import { startRedis } from '../../services/redis.js';

const BATCH = batch('topic', 0, [scored('a', ['SH600519'])]);

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

describeWithOwnRedis('what Redis refuses', () => {
  const open: { close(): unknown }[] = [];
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let admin: Redis;
  beforeEach(async () => {
    redis = await startRedis();
    admin = new Redis(redis.address.url);
    open.push({ close: () => redis.stop() }, { close: () => admin.disconnect() });
  });
  afterEach(async () => {
    for (const resource of open.splice(0).reverse()) await resource.close();
  });

  const connect = (options: Partial<RedisViewOptions> = {}): View => {
    const view = openRedisView({ url: redis.address.url, prefix: 'moodtape', ...options });
    open.push(view);
    return view;
  };
  const refusal = (message: string, remedy: string) => ({
    code: 'MT_VIEW',
    message: expect.stringContaining(message),
    remedy: expect.stringContaining(remedy),
  });

  it.each(['redis://desk:hunter2@', 'redis://:hunter2@', 'redis://'])(
    'is an error without the password: %s',
    async (credentials) => {
      await admin.config('SET', 'requirepass', 'another');
      const logged: unknown[] = [];
      const url = redis.address.url.replace('redis://', credentials);
      const view = connect({ url, onLog: (entry) => logged.push(entry) });
      const error: unknown = await view.applyScored(BATCH).catch((reason: unknown) => reason);
      expect(error).toMatchObject(refusal('Redis at 127.0.0.1:', 'password'));
      expect(inspect([error, logged], { depth: null, showHidden: true })).not.toContain('hunter2');
      await expect(view.latest('SH600519')).rejects.toMatchObject({ code: 'MT_VIEW' });
      const ended = new Promise((_, reject) => view.subscribe().subscribe({ error: reject }));
      await expect(ended).rejects.toMatchObject({ code: 'MT_VIEW' });
    },
  );

  it('is an error without the password, even when the server repeats it', async () => {
    const parrot = createPlainServer((socket) => {
      socket.on('data', (said) => {
        for (const command of String(said)
          .split(/^\*\d+\r\n/m)
          .slice(1)) {
          socket.write(`-ERR unknown command ${command.replaceAll(/\s+/g, ' ')}\r\n`);
        }
      });
    });
    open.push({ close: () => parrot.close() });
    await once(parrot.listen(0, '127.0.0.1'), 'listening');
    const url = `redis://:hunter2@127.0.0.1:${portOf(parrot)}`;
    const error: unknown = await connect({ url })
      .latest('SH600519')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'MT_VIEW',
      message: expect.stringMatching(/unknown command.*auth.*\*\*\*/i),
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2');
  });

  it('is accepted once the password is right', async () => {
    await admin.config('SET', 'requirepass', 'another');
    const view = connect({ url: redis.address.url.replace('//', '//:hunter2@') });
    await expect(view.applyScored(BATCH)).rejects.toMatchObject({ code: 'MT_VIEW' });
    await admin.config('SET', 'requirepass', 'hunter2');
    await expect
      .poll(
        () =>
          view.applyScored(BATCH).then(
            () => 'applied',
            () => 'refused',
          ),
        { timeout: 20_000 },
      )
      .toBe('applied');
    expect(await view.recent({ limit: 10 })).toHaveLength(1);
  });

  it('for want of memory leaves nothing half-done', async () => {
    const view = connect();
    await view.latest('SH600519');
    await admin.config('SET', 'maxmemory', '1');
    await expect(view.applyScored(BATCH)).rejects.toMatchObject(refusal('OOM', 'maxmemory'));
    await admin.config('SET', 'maxmemory', '0');
    await view.applyScored(BATCH);
    expect(await view.recent({ limit: 10 })).toHaveLength(1);
  });

  it('as a replica names the primary as the way out, and is asked again', async () => {
    const view = connect();
    await admin.replicaof('127.0.0.1', 1);
    await expect(view.applyScored(BATCH)).rejects.toMatchObject(refusal('READONLY', 'primary'));
    await admin.replicaof('NO', 'ONE');
    await view.applyScored(BATCH);
    expect(await view.recent({ limit: 10 })).toHaveLength(1);
  });

  it('because nobody vouches for its certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moodtape-tls-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    const server = createServer(await makeCertificate(folder));
    open.push({ close: () => server.close() });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await expect(
      connect({ url: `rediss://localhost:${portOf(server)}` }).latest('SH600519'),
    ).rejects.toMatchObject(refusal('no TLS with Redis', 'NODE_EXTRA_CA_CERTS'));
  });

  it('as it is no cluster', async () => {
    await expect(connect({ cluster: true }).latest('SH600519')).rejects.toMatchObject(
      refusal('cluster support disabled', 'leave `cluster` out'),
    );
  });
});
