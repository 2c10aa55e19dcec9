import { randomUUID } from 'node:crypto';
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { avroCodec } from '../../src/codec/avro.js';
import { rawCodec, sentimentCodec } from '../../src/codec/codecs.js';
import { ConfluentRegistry } from '../../src/codec/confluent-registry.js';
import { SCHEMAS } from '../../src/codec/schemas.js';
import { type Subjects, subjectOf } from '../../src/codec/subjects.js';
import { describeWithOwnRegistry, describeWithRegistry } from '../services/describe.js';
import { startSecuredRegistry } from '../services/registry.js';
import { evolved } from './evolved.js';
import { framed } from './framed.js';

const post = { id: '1', text: '茅台涨停', publishedAt: 1_704_418_200_000 };
const sentiment = {
  ...{ id: 'n1', source: 'raw.news/0/7', domain: 'news' as const, symbols: ['SH600519'], text: '涨停' },
  ...{ truncated: false, publishedAt: 1, scoredAt: 2, label: '利好' as const, score: 0.5, confidence: 0.5 },
  ...{ experts: {}, model: 'm1' },
  probabilities: [0, 0.5, 0.5] satisfies [number, number, number],
};

describeWithRegistry('ConfluentRegistry', ({ url }) => {
  async function connect(subjects: Partial<Subjects> = {}): Promise<ConfluentRegistry> {
    const registry = await ConfluentRegistry.connect({ url }, { writes: {}, reads: {}, ...subjects });
    onTestFinished(() => registry.close());
    return registry;
  }

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    const answer: unknown = await response.json();
    expect(response.status, JSON.stringify(answer)).toBe(200);
    return answer;
  }

  /** Registers a schema as somebody else's program does; its id. */
  async function register(
    subject: string,
    schema: unknown,
    more: { schemaType?: string; references?: object[] } = {},
  ): Promise<number> {
    const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
    const answer = await call('POST', `/subjects/${subject}/versions`, {
      schemaType: 'AVRO',
      schema: text,
      ...more,
    });
    expect(answer).toMatchObject({ id: expect.any(Number) });
    return (answer as { id: number }).id;
  }

  const aSubject = () => subjectOf(`topic-${randomUUID()}`);
  const proto = 'syntax = "proto3"; message Post { string id = 1; }';
  const order = { type: 'record', name: 'Order', fields: [{ name: 'price', type: 'double' }] };

  it('registers what is written once, and records carry its id', async () => {
    const subject = aSubject();
    const writes = { [subject]: SCHEMAS.Sentiment };
    const [first, second] = [await connect({ writes }), await connect({ writes })];
    expect(await call('GET', `/subjects/${subject}/versions`)).toEqual([1]);

    const bytes = Buffer.from(sentimentCodec('avro', first).encode(sentiment));
    const id = second.idOf(SCHEMAS.Sentiment);
    expect(bytes.readInt32BE(1)).toBe(id);
    expect(await call('GET', `/schemas/ids/${id}`)).toMatchObject({
      schema: expect.stringContaining('The largest probability.'),
    });

    const stranger = sentimentCodec('auto', await connect());
    await stranger.prepare?.(bytes);
    expect(stranger.decode(bytes)).toEqual(sentiment);
  });

  it('lets an older program start beside a newer one', async () => {
    const subject = aSubject();
    const writes = { [subject]: SCHEMAS.Sentiment };
    const id = (await connect({ writes })).idOf(SCHEMAS.Sentiment);
    const ours = SCHEMAS.Sentiment.schema({ exportAttrs: true }) as { fields: object[] };
    const newer = { ...ours, fields: [...ours.fields, { name: 'language', type: 'string', default: 'zh' }] };
    expect(await register(subject, newer)).not.toBe(id);
    expect((await connect({ writes })).idOf(SCHEMAS.Sentiment)).toBe(id);
  });

  it('does not start to write what those who read the topic cannot read', async () => {
    const subject = aSubject();
    await register(subject, order);
    await call('PUT', `/config/${subject}`, { compatibility: 'FULL' });
    await expect(connect({ writes: { [subject]: SCHEMAS.Sentiment } })).rejects.toMatchObject({
      code: 'MT_SCHEMA',
      message: expect.stringMatching(new RegExp(`incompatible schema.*${subject}.*io.moodtape.Sentiment`)),
    });
    expect(await call('GET', `/subjects/${subject}/versions`)).toEqual([1]);
  });

  it('does not start to read what it cannot read', async () => {
    const [absent, lacking, other, protobuf] = [aSubject(), aSubject(), aSubject(), aSubject()];
    await register(lacking, { ...order, name: 'ForumPost' });
    await register(other, order);
    await register(protobuf, proto, { schemaType: 'PROTOBUF' });
    await connect({ reads: { [absent]: SCHEMAS.ForumPost } });
    for (const subject of [lacking, other, protobuf]) {
      await expect(connect({ reads: { [subject]: SCHEMAS.ForumPost } })).rejects.toMatchObject({
        code: 'MT_SCHEMA',
        message: expect.stringMatching(new RegExp(`incompatible schema.*${subject}`)),
      });
    }
  });

  it('knows the latest schema of what it reads from the start', async () => {
    const subject = aSubject();
    const id = await register(subject, SCHEMAS.ForumPost);
    const registry = await connect({ reads: { [subject]: SCHEMAS.ForumPost } });
    expect(registry.prepare(id)).toBeUndefined();
  });

  it('makes a dead letter of an id that nobody registered', async () => {
    const codec = rawCodec('forum', 'auto', await connect());
    const value = framed(2_000_000_000, SCHEMAS.ForumPost, post);
    await codec.prepare?.(value);
    expect(() => codec.decode(value)).toThrow(expect.objectContaining({ code: 'MT_SCHEMA_ID' }));
  });

  it('makes a dead letter of a schema that it cannot read', async () => {
    const subject = aSubject();
    const price = { type: 'record', name: 'Price', fields: [{ name: 'yuan', type: 'double' }] };
    await register(subject, price);
    const references = [{ name: 'Price', subject, version: 1 }];
    const referring = { ...order, fields: [{ name: 'price', type: 'Price' }] };
    const jsonSchema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' };
    const codec = rawCodec('forum', 'auto', await connect());
    for (const id of [
      await register(aSubject(), proto, { schemaType: 'PROTOBUF' }),
      await register(aSubject(), jsonSchema, { schemaType: 'JSON' }),
      await register(aSubject(), referring, { references }),
      await register(aSubject(), order),
    ]) {
      const value = framed(id, SCHEMAS.ForumPost, post);
      await codec.prepare?.(value);
      expect(() => codec.decode(value)).toThrow(expect.objectContaining({ code: 'MT_AVRO' }));
    }
  });

  it('reads what was written without a registry', async () => {
    const codec = rawCodec('forum', 'auto', await connect());
    const bytes = rawCodec('forum', 'avro').encode(post);
    await codec.prepare?.(bytes);
    expect(codec.decode(bytes)).toMatchObject(post);
  });

  it('reads every record of an older or a newer schema to the same values', async () => {
    const registry = await connect();
    await fc.assert(
      fc.asyncProperty(evolved, async ({ schema, value, expected }) => {
        const id = await register(aSubject(), schema);
        const bytes = framed(id, avsc.Type.forSchema(schema), value);
        const codec = avroCodec(SCHEMAS.ForumPost, registry);
        await codec.prepare?.(bytes);
        expect({ ...(codec.decode(bytes) as object) }).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describeWithOwnRegistry('a registry with passwords', () => {
  it('is used with the right one, and waited for through a restart', { timeout: 300_000 }, async () => {
    const server = await startSecuredRegistry();
    onTestFinished(() => server.stop());
    const { url, username, password } = server.address;
    const subjects = { writes: { 'sentiment.scored-value': SCHEMAS.Sentiment }, reads: {} };

    await expect(
      ConfluentRegistry.connect({ url, username, password: 'guess' }, subjects),
    ).rejects.toMatchObject({
      code: 'MT_SCHEMA_REGISTRY',
      message: expect.stringMatching(/sentiment.scored-value.*401/),
    });
    const writer = await ConfluentRegistry.connect({ url, username, password }, subjects);
    const reader = await ConfluentRegistry.connect(
      { url: url.replace('://', `://${username}:${password}@`) },
      { writes: {}, reads: {} },
    );
    const bytes = sentimentCodec('avro', writer).encode(sentiment);

    await server.halt();
    const codec = sentimentCodec('auto', reader);
    const waiting = codec.prepare?.(bytes);
    await server.resume();
    await waiting;
    expect(codec.decode(bytes)).toEqual(sentiment);
  });
});
