import avsc from 'avsc';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rawCodec } from '../../src/codec/codecs.js';
import { ConfluentRegistry } from '../../src/codec/confluent-registry.js';
import { framed } from '../codec/framed.js';
import { NOT_FOUND, startScriptedRegistry } from '../codec/scripted-registry.js';
import { append, newsItem, OUTPUTS, openLog, RAW, Running, readAll, readScored } from './bench.js';
import { StubEngine } from './stub-engine.js';

const older = avsc.Type.forSchema({
  type: 'record',
  name: 'NewsItem',
  namespace: 'com.example.crawler',
  fields: ['id', 'text', 'publishedAt'].map((name) => ({ name, type: 'string' })),
});
const KNOWN = 7;
const UNKNOWN = 8;

const avro = (id: number, text: string) =>
  framed(id, older, { id: text, text, publishedAt: '2024-01-05 09:30:00' });

describe('decode with a schema registry that is away', () => {
  it('holds back the records that need it, and no other partition, and loses none', async () => {
    let away = true;
    const server = await startScriptedRegistry((line) => {
      if (away) return 'hangup';
      return line.endsWith(`/${KNOWN}`) ? [200, { schema: JSON.stringify(older) }] : NOT_FOUND;
    });
    const registry = await ConfluentRegistry.connect({ url: server.url }, { writes: {}, reads: {} });
    onTestFinished(() => registry.close());
    const transport = await openLog(2);
    const values = [
      newsItem('一'),
      avro(KNOWN, '二'),
      avro(UNKNOWN, '三'),
      newsItem('四'),
      avro(KNOWN, '五'),
    ];
    await transport.append(values.map((value) => ({ topic: RAW, partition: 0, key: null, value })));
    await append(transport, ['六', '七'], 1);

    const running = new Running({
      transport,
      engine: new StubEngine(),
      inputs: [{ topic: RAW, domain: 'news', codec: rawCodec('news', 'auto', registry) }],
    });
    await running.committed(2);
    expect(running.commits.map(({ partition }) => partition)).toEqual([1]);

    away = false;
    await running.committed(7);
    expect((await readScored(transport)).map(({ id }) => id)).toEqual(['六', '七', '一', '二', '四', '五']);
    const dead = await readAll(transport, OUTPUTS.deadLetters);
    expect(dead.map(({ value, headers }) => [value, String(headers['moodtape.error.code'])])).toEqual([
      [values[2], 'MT_SCHEMA_ID'],
    ]);
  });
});
