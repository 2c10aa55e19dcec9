import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/cli/free-port.js';
import { listen } from '../../src/listen.js';

const HOST = '127.0.0.1';

it('passes over ports that are taken', async () => {
  const taken = await listen(createServer(), { host: HOST, port: 0 }, 'a test');
  onTestFinished(() => taken.close());
  const port = await freePort({ host: HOST, port: taken.port });
  expect(port).toBeGreaterThan(taken.port);
  const next = await listen(createServer(), { host: HOST, port }, 'a test');
  await next.close();
});
