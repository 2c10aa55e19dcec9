import { describe, expect, it } from 'vitest';
import { rawCodec } from '../../src/codec/codecs.js';
import type { ErrorCode } from '../../src/errors.js';
import { normalise } from '../../src/text/normalise.js';
import type { LogRecord } from '../../src/transport/transport.js';
import { OUTPUTS, openLog, RAW, Running, readAll, readScored } from './bench.js';
import { StubEngine } from './stub-engine.js';

const avro = rawCodec('news', 'avro');
const good = { id: 'n1', title: null, text: '涨停', symbols: [], publishedAt: '2024-01-02 09:30:00' };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const goodAvro = Buffer.from(avro.encode({ ...good, source: null }));

const BAD: [what: string, value: Buffer | null, code: ErrorCode][] = [
  ['broken JSON', Buffer.from('{"id": "n1", "text": '), 'MT_JSON'],
  ['an empty value', Buffer.alloc(0), 'MT_JSON'],
  ['no value', null, 'MT_RECORD'],
  ['broken Avro', goodAvro.subarray(0, -6), 'MT_AVRO'],
  [
    'an unknown schema id',
    Buffer.concat([Buffer.from([0, 9, 9, 9, 9]), goodAvro.subarray(5)]),
    'MT_SCHEMA_ID',
  ],
  ['a missing text', json({ ...good, text: undefined }), 'MT_RECORD'],
  ['a text that is a number', json({ ...good, text: 7 }), 'MT_RECORD'],
  ['a list instead of an object', json([good]), 'MT_RECORD'],
  ['a text of spaces and marks', json({ ...good, text: ' \u200b<br>&nbsp;\u3000' }), 'MT_EMPTY_TEXT'],
  [
    'invalid UTF-8',
    Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    'MT_ENCODING',
  ],
  ['a date that cannot be read', json({ ...good, publishedAt: '去年的某一天' }), 'MT_TIME'],
  ['a prototype key', Buffer.from('{"__proto__": {"text": "涨"}, "id": "n1"}'), 'MT_RECORD'],
  ['a text that the model fails on', json({ ...good, text: '毒药' }), 'MT_INFERENCE'],
];

/** All that tells bytes apart, and no bytes from none. */
const hex = (bytes: Uint8Array | null | undefined) => bytes && Buffer.from(bytes).toString('hex');
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

describe('bad input', () => {
  it('goes to the dead letters as it came, with what was wrong, and stops nothing', async () => {
    const transport = await openLog();
    const records = BAD.flatMap(([what, value], n) => [
      {
        topic: RAW,
        key: Buffer.from([0, 255, n]),
        value,
        headers: { trace: Buffer.from([n, 200]), what: Buffer.from(what) },
      },
      { topic: RAW, key: null, value: json({ ...good, id: `good ${n}`, text: `好${n}` }) },
    ]);
    await transport.append(records);
    const running = new Running({
      transport,
      engine: new StubEngine({ poison: (poisoned) => poisoned.startsWith('毒') }),
      inputs: [{ topic: RAW, domain: 'news', codec: rawCodec('news', 'auto') }],
      now: () => Date.UTC(2024, 0, 2),
    });
    await running.committed(records.length);

    const dead = await readAll(transport, OUTPUTS.deadLetters);
    expect(dead.map(({ headers }) => [text(headers.what), text(headers['moodtape.error.code'])])).toEqual(
      BAD.map(([what, , code]) => [what, code]),
    );
    for (const [n, letter] of dead.entries()) expectLetter(letter, n);
    expect((await readScored(transport)).map(({ id }) => id)).toEqual(BAD.map((_, n) => `good ${n}`));

    const counts = running.commits.map((event) => event.dead);
    expect(counts.reduce((sum, by) => sum + Object.values(by).reduce((a, b) => a + b, 0), 0)).toBe(
      BAD.length,
    );
  });

  it('that is only long is cut, flagged and scored', async () => {
    const transport = await openLog();
    const long = '股'.repeat(350_000);
    await transport.append([{ topic: RAW, key: null, value: json({ ...good, text: long }) }]);
    const running = new Running({ transport, engine: new StubEngine() });
    await running.committed(1);
    const [scored] = await readScored(transport);
    expect(scored).toMatchObject({ id: 'n1', truncated: true, text: normalise(long).slice(0, 512) });
  });

  it('with control characters is cleaned and scored', async () => {
    const transport = await openLog();
    await transport.append([
      { topic: RAW, key: null, value: json({ ...good, text: '涨\u0000\u0007停\u200b' }) },
    ]);
    const running = new Running({ transport, engine: new StubEngine() });
    await running.committed(1);
    expect((await readScored(transport))[0]?.text).toBe('涨停');
  });
});

function expectLetter({ key, value, headers }: LogRecord, n: number): void {
  expect(hex(key)).toBe(hex(Buffer.from([0, 255, n])));
  expect(hex(value)).toBe(hex(BAD[n]?.[1]));
  expect(hex(headers.trace)).toBe(hex(Buffer.from([n, 200])));
  const { stage, topic, partition, offset, time, message } = Object.fromEntries(
    Object.entries(headers).map(([name, bytes]) => [name.replace('moodtape.error.', ''), text(bytes)]),
  );
  expect([topic, partition, offset, time]).toEqual([RAW, '0', String(2 * n), '2024-01-02T00:00:00.000Z']);
  expect(['decode', 'enrich', 'score']).toContain(stage);
  expect(message).not.toBe('');
}
