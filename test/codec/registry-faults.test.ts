import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import avsc from 'avsc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { avroCodec } from '../../src/codec/avro.js';
import { ConfluentRegistry, type ConfluentRegistryOptions } from '../../src/codec/confluent-registry.js';
import { localRegistry } from '../../src/codec/schema-registry.js';
import { SCHEMAS } from '../../src/codec/schemas.js';
import type { Subjects } from '../../src/codec/subjects.js';
import { framed } from './framed.js';
import { NOT_FOUND, type Reply, startScriptedRegistry } from './scripted-registry.js';

const NOTHING: Subjects = { writes: {}, reads: {} };
const WRITES: Subjects = { writes: { 'scored-value': SCHEMAS.Sentiment }, reads: {} };
const post = { id: '1', text: '茅台涨停', publishedAt: 1_704_418_200_000 };
const postSchema = JSON.stringify(SCHEMAS.ForumPost.schema({ exportAttrs: true }));

async function connect(options: ConfluentRegistryOptions, subjects = NOTHING): Promise<ConfluentRegistry> {
  const registry = await ConfluentRegistry.connect(options, subjects);
  onTestFinished(() => registry.close());
  return registry;
}

describe('a registry that is away', () => {
  it.each<[string, Reply]>([
    ['fails', [500, { error_code: 50001, message: 'the store is down' }]],
    ['is too busy', [429, '']],
    ['drops the connection', 'hangup'],
    ['does not answer', 'silence'],
    ['has a proxy before it that answers', [200, '<html>Please log in</html>']],
    ['has a proxy before it that fails at length', [502, '<p>Bad gateway</p>'.repeat(20_000)]],
    ['has a proxy before it that answers at length', [200, '<p>Please log in</p>'.repeat(20_000)]],
    ['has a proxy before it that does not find it', [404, '<html>default backend</html>']],
    ['stands at another address', [404, { error_code: 404, message: 'HTTP 404 Not Found' }]],
    ['has changed the password', [401, { error_code: 40101, message: 'Unauthorized' }]],
  ])('and %s is asked until it shows the schema', async (_, fault) => {
    const server = await startScriptedRegistry((_line, nth) =>
      nth < 3 ? fault : [200, { schema: postSchema }],
    );
    const onAway = vi.fn();
    const patience = fault === 'silence' ? { timeoutMs: 200 } : {};
    const registry = await connect({ url: server.url, ...patience, onAway });
    const codec = avroCodec(SCHEMAS.ForumPost, registry);
    const value = framed(7, SCHEMAS.ForumPost, post);

    await Promise.all([codec.prepare?.(value), codec.prepare?.(value)]);
    expect(codec.decode(value)).toMatchObject(post);
    expect(codec.prepare?.(value)).toBeUndefined();
    expect(server.requests).toHaveLength(3);
    expect(onAway).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'MT_SCHEMA_REGISTRY' }));
  });

  it('at the start is waited for, for a while', async () => {
    const server = await startScriptedRegistry((line, nth) => {
      if (nth < 3) return [503, ''];
      return line.endsWith('/versions') ? [200, { id: 3 }] : NOT_FOUND;
    });
    const registry = await connect({ url: server.url }, WRITES);
    expect(registry.idOf(SCHEMAS.Sentiment)).toBe(3);
  });

  it('is not asked by everybody at once', async () => {
    const server = await startScriptedRegistry(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return NOT_FOUND;
    });
    const registry = await connect({ url: server.url });
    await Promise.all(Array.from({ length: 100 }, (_, id) => registry.prepare(id + 1)));
    expect(server.mostOpen).toBeLessThanOrEqual(8);
  });

  it('is given up when the registry is closed, and no schema is taken as unknown', async () => {
    const server = await startScriptedRegistry(() => 'silence');
    const registry = await connect({ url: server.url });
    const waiting = expect(registry.prepare(7)).rejects.toMatchObject({ code: 'MT_SCHEMA_REGISTRY' });
    await registry.close();
    await waiting;
  });
});

describe('an id', () => {
  it('that the registry does not have is unknown, and not asked for again soon', async () => {
    const server = await startScriptedRegistry(() => NOT_FOUND);
    const registry = await connect({ url: server.url });
    const codec = avroCodec(SCHEMAS.ForumPost, registry);
    const value = framed(7, SCHEMAS.ForumPost, post);

    await codec.prepare?.(value);
    expect(() => codec.decode(value)).toThrow(expect.objectContaining({ code: 'MT_SCHEMA_ID' }));
    expect(codec.prepare?.(value)).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });

  it('that a follower of the registry learns late is known', async () => {
    const server = await startScriptedRegistry((_, nth) =>
      nth === 1 ? NOT_FOUND : [200, { schema: postSchema }],
    );
    const registry = await connect({ url: server.url });
    await registry.prepare(7);
    expect(registry.schemaOf(7)?.name).toBe('io.moodtape.ForumPost');
  });

  it('that no registry gives out is unknown without a question', async () => {
    const server = await startScriptedRegistry(() => NOT_FOUND);
    const registry = await connect({ url: server.url });
    for (const id of [0, -1, -(2 ** 31)]) {
      expect(registry.prepare(id)).toBeUndefined();
      expect(registry.schemaOf(id)).toBeUndefined();
    }
    expect(server.requests).toEqual([]);
  });

  it('that is a fingerprint is the schema of schemas/, unless the registry has another for it', async () => {
    const fingerprint = localRegistry.idOf(SCHEMAS.ForumPost);
    const value = framed(fingerprint, SCHEMAS.ForumPost, post);
    const other = '{"type": "record", "name": "Other", "fields": []}';

    for (const [reply, name] of [
      [NOT_FOUND, 'io.moodtape.ForumPost'],
      [[200, { schema: other }], 'Other'],
    ] as const) {
      const server = await startScriptedRegistry(() => reply);
      const registry = await connect({ url: server.url });
      await avroCodec(SCHEMAS.ForumPost, registry).prepare?.(value);
      expect(registry.schemaOf(fingerprint)?.name).toBe(name);
    }
  });
});

describe('a schema that cannot be read', () => {
  const nested = (levels: number) => `${'{"type":"array","items":'.repeat(levels)}"int"${'}'.repeat(levels)}`;
  /** Records whose defaults hold one another: written out, more than there are atoms. */
  const bomb = JSON.stringify({
    type: 'record',
    name: 'Top',
    fields: Array.from({ length: 300 }, (_, n) => ({
      name: `f${n}`,
      type: {
        type: 'record',
        name: `R${n}`,
        fields: n === 0 ? [] : ['a', 'b'].map((name) => ({ name, type: `R${n - 1}`, default: {} })),
      },
    })),
  });

  it.each([
    ['is of another kind', { schema: 'syntax = "proto3";', schemaType: 'PROTOBUF' }, 'PROTOBUF'],
    ['is JSON Schema', { schema: '{}', schemaType: 'JSON' }, 'JSON'],
    [
      'refers to others',
      { schema: postSchema, references: [{ name: 'a', subject: 'b', version: 1 }] },
      'other schemas',
    ],
    ['is not JSON', { schema: 'record' }, 'not an Avro schema'],
    ['is null', { schema: 'null' }, 'not an Avro schema'],
    ['is a name that JavaScript knows', { schema: '"constructor"' }, ''],
    [
      'has a name that is code',
      { schema: '{"type":"record","name":"a(){}; evil","fields":[]}' },
      'invalid name',
    ],
    ['is nested deeper than the stack', { schema: nested(10_000) }, ''],
    ['is huge', { schema: `"${'x'.repeat(300 * 1024)}"` }, 'larger than 256 KiB'],
    ['is a bomb', { schema: bomb }, ''],
  ])('because it %s makes its records dead letters, and is asked for once', async (_, stored, reason) => {
    const server = await startScriptedRegistry(() => [200, stored]);
    const codec = avroCodec(SCHEMAS.ForumPost, await connect({ url: server.url }));
    const value = framed(7, SCHEMAS.ForumPost, post);
    for (let n = 0; n < 2; n++) {
      await codec.prepare?.(value);
      expect(() => codec.decode(value)).toThrow(
        expect.objectContaining({ code: 'MT_AVRO', message: expect.stringContaining(reason) }),
      );
    }
    expect(server.requests).toEqual(['GET /schemas/ids/7']);
  });

  it('because it is another record says so for each of its records', async () => {
    const other = avsc.Type.forSchema({
      type: 'record',
      name: 'Order',
      fields: [{ name: 'id', type: 'string' }],
    });
    const server = await startScriptedRegistry(() => [200, { schema: JSON.stringify(other) }]);
    const codec = avroCodec(SCHEMAS.ForumPost, await connect({ url: server.url }));
    const value = framed(7, other, { id: '1' });
    await codec.prepare?.(value);
    for (let n = 0; n < 2; n++) {
      expect(() => codec.decode(value)).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
    }
  });
});

it('a latest schema that is huge ends the start of its readers', async () => {
  const server = await startScriptedRegistry(() => [200, { id: 1, schema: 'x'.repeat(300 * 1024) }]);
  const subjects = { writes: {}, reads: { 'raw.news-value': SCHEMAS.NewsItem } };
  await expect(connect({ url: server.url }, subjects)).rejects.toMatchObject({
    code: 'MT_SCHEMA',
    message: expect.stringMatching(/raw.news-value.*256 KiB/),
  });
});

describe('registering', () => {
  const READ_ONLY: Reply = [422, { error_code: 42205, message: 'Subject is in READONLY mode' }];
  const FORBIDDEN: Reply = [403, { error_code: 40301, message: 'User moodtape may not write' }];

  it.each([
    ['read-only', READ_ONLY],
    ['forbidden', FORBIDDEN],
    ['not open to strangers', [401, 'Unauthorized']],
  ] as const)('that is %s names the subject and the way out', async (_, refusal) => {
    const server = await startScriptedRegistry((line) => (line.endsWith('/versions') ? refusal : NOT_FOUND));
    await expect(connect({ url: server.url }, WRITES)).rejects.toMatchObject({
      code: 'MT_SCHEMA',
      message: expect.stringContaining('scored-value'),
      remedy: expect.stringContaining('schemas/Sentiment.avsc'),
    });
  });

  it('by somebody whom the registry does not know is a fault of the credentials', async () => {
    const server = await startScriptedRegistry(() => [401, 'Unauthorized']);
    await expect(connect({ url: server.url }, WRITES)).rejects.toMatchObject({
      code: 'MT_SCHEMA_REGISTRY',
      message: expect.stringMatching(/scored-value.*401/),
      remedy: expect.stringContaining('credentials'),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is not tried for a schema that is registered', async () => {
    const server = await startScriptedRegistry((line) =>
      line === 'POST /subjects/scored-value' ? [200, { id: 9, version: 2 }] : READ_ONLY,
    );
    const registry = await connect({ url: server.url }, WRITES);
    expect(registry.idOf(SCHEMAS.Sentiment)).toBe(9);
    expect(server.requests).toHaveLength(1);
  });

  it('reports what the registry finds different', async () => {
    const server = await startScriptedRegistry((line) =>
      line.startsWith('POST /compatibility')
        ? [200, { is_compatible: false, messages: ['score: double is not int', 'label is missing'] }]
        : NOT_FOUND,
    );
    await expect(connect({ url: server.url }, WRITES)).rejects.toMatchObject({
      code: 'MT_SCHEMA',
      message: expect.stringMatching(
        /incompatible schema.*scored-value.*double is not int; label is missing/,
      ),
    });
    expect(server.requests.some((line) => line.endsWith('/versions'))).toBe(false);
  });

  it('finds out what is different itself where the registry does not say', async () => {
    const latest = { id: 1, schema: '{"type": "record", "name": "Order", "fields": []}' };
    const server = await startScriptedRegistry((line) => {
      if (line.startsWith('POST /compatibility')) return [200, { is_compatible: false }];
      return line.startsWith('GET') ? [200, latest] : NOT_FOUND;
    });
    await expect(connect({ url: server.url }, WRITES)).rejects.toMatchObject({
      code: 'MT_SCHEMA',
      message: expect.stringMatching(/scored-value.*Order is not called io.moodtape.Sentiment/),
    });
  });

  it('reports a conflict with an earlier version', async () => {
    const conflict: Reply = [409, { error_code: 409, message: 'earlier version 1: score is missing' }];
    const server = await startScriptedRegistry((line) => (line.endsWith('/versions') ? conflict : NOT_FOUND));
    await expect(connect({ url: server.url }, WRITES)).rejects.toMatchObject({
      code: 'MT_SCHEMA',
      message: expect.stringMatching(/incompatible schema.*scored-value.*score is missing/),
    });
  });
});

describe('credentials', () => {
  const username = 'scorer';
  const password = 'p@ss:w/ört';
  const token = Buffer.from(`${username}:${password}`).toString('base64');
  const withCredentials = (url: string) =>
    url.replace('://', `://${username}:${encodeURIComponent(password)}@`);

  it('are sent, from the address or beside it, and the address may have a path', async () => {
    const server = await startScriptedRegistry(() => NOT_FOUND);
    for (const options of [
      { url: server.url, username, password },
      { url: withCredentials(server.url) },
      { url: `${withCredentials(server.url).replace(username, 'other')}/apis/ccompat/v7/`, username },
    ]) {
      const registry = await connect(options);
      await registry.prepare(7);
      expect(server.authorization).toBe(`Basic ${token}`);
    }
    expect(new Set(server.requests)).toEqual(
      new Set(['GET /schemas/ids/7', 'GET /apis/ccompat/v7/schemas/ids/7']),
    );
  });

  it('are in no error, whatever the registry does', async () => {
    const faults: ((headers: IncomingMessage['headers']) => Reply)[] = [
      () => [401, 'Unauthorized'],
      ({ authorization }) => [403, { error_code: 40301, message: `${password} ${authorization}` }],
      () => [500, `${password} ${token}`],
      () => 'silence',
      () => 'hangup',
    ];
    const servers = await Promise.all(
      faults.map((fault) => startScriptedRegistry((_line, _nth, headers) => fault(headers))),
    );
    const errors = await Promise.all(
      servers.map(({ url }) => failureOf({ url: withCredentials(url), timeoutMs: 100 }, WRITES)),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^MT_SCHEMA/) });
      expectNoSecret(error);
    }
  });

  it.each([
    'not a url',
    'ftp://scorer:p%40ss%3Aw%2F%C3%B6rt@registry',
    'http://scorer:p@ss:w/ört@registry:port',
    'http://scorer:%p@ss:w/ört@registry',
  ])('are in no error when the address is %s', async (url) => {
    const error = await failureOf({ url }, NOTHING);
    expect(error).toMatchObject({ code: 'MT_CONFIG' });
    expectNoSecret(error);
  });

  function failureOf(options: ConfluentRegistryOptions, subjects: Subjects): Promise<unknown> {
    return ConfluentRegistry.connect(options, subjects).catch((error: unknown) => error);
  }

  function expectNoSecret(error: unknown): void {
    const shown = `${inspect(error, { depth: 20, showHidden: true })} ${String(error)}`;
    for (const secret of [password, encodeURIComponent(password), token, 'w/ört', 'ss%3Aw']) {
      expect(shown).not.toContain(secret);
    }
  }
});
