import fc from 'fast-check';
import { firstValueFrom, Subject } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import { append, INPUT, newsItem, OUTPUTS, openLog, RAW, Running, readAll, readScored } from './bench.js';
import { faultyTransport } from './faulty-transport.js';
import { StubEngine, stubScore } from './stub-engine.js';

const texts = (count: number, prefix = '利好') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe('scorer', () => {
  it('scores every record as the engine scores it alone', async () => {
    const transport = await openLog();
    const engine = new StubEngine({ workers: 2 });
    await append(transport, texts(100));
    const running = new Running({ transport, engine });
    await running.committed(100);
    const scored = await readScored(transport);
    expect(scored.map(({ id }) => id)).toEqual(texts(100));
    for (const { text, probabilities, experts, score, model, source, truncated } of scored) {
      const alone = stubScore(engine.tokenise(text));
      expect(probabilities).toEqual(alone.probabilities);
      expect(Object.values(experts)).toEqual(alone.experts);
      expect(score).toBe(probabilities[2] - probabilities[0]);
      expect(model).toBe('stub-1');
      expect(source).toMatch(/^raw\/0\/\d+$/);
      expect(truncated).toBe(false);
    }
  });

  it('keeps the order of every partition, whatever the order of the batches', async () => {
    const transport = await openLog(3);
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 3));
    const engine = new StubEngine({ workers: 3, before });
    for (const partition of [0, 1, 2]) {
      await append(
        transport,
        texts(60).map((text, n) => `${partition}号${'长'.repeat((n * 7) % 20)}${text}`),
        partition,
      );
    }
    const running = new Running({
      transport,
      engine,
      limits: { maxTexts: 4, maxTokens: 512 },
      pollRecords: 25,
    });
    await running.committed(180);
    const scored = await readScored(transport);
    for (const partition of ['0', '1', '2']) {
      const sources = scored
        .map(({ source }) => source)
        .filter((source) => source.startsWith(`raw/${partition}/`));
      expect(sources).toEqual(Array.from({ length: 60 }, (_, offset) => `raw/${partition}/${offset}`));
    }
  });

  it('gathers the texts of all partitions into shared batches', async () => {
    const transport = await openLog(4);
    const gate = new Subject<void>();
    const opened = firstValueFrom(gate);
    const engine = new StubEngine({ before: () => opened });
    const running = new Running({ transport, engine });
    for (const partition of [0, 1, 2, 3]) await append(transport, [`来自${partition}`], partition);
    await running.until(() => running.events.filter(({ type }) => type === 'read').length === 4);
    await new Promise((resolve) => setImmediate(resolve));
    gate.next();
    await running.committed(4);
    expect(engine.batches.length).toBeLessThanOrEqual(2);
    expect(engine.batches.flat().sort()).toEqual(['来自0', '来自1', '来自2', '来自3']);
  });

  it.each([
    ['another text', '快讯'],
    ['the same text', '旧闻'],
  ])('scores live texts before a backfill that came earlier, also of %s', async (_, live) => {
    const transport = await openLog();
    await transport.ensureTopics([{ name: 'archive', partitions: 2 }]);
    const archive = (text: string, partition: number) =>
      transport.append([{ topic: 'archive', partition, key: null, value: newsItem(text) }]);
    const gate = new Subject<void>();
    const opened = firstValueFrom(gate);
    const engine = new StubEngine({ before: () => opened });
    await archive('占着线程', 0);
    const inputs = [{ ...INPUT, topic: 'archive', priority: 'backfill' } as const, INPUT];
    const running = new Running({ transport, engine, inputs });
    const reads = (count: number) =>
      running.until(() => running.events.filter(({ type }) => type === 'read').length === count);
    await reads(1);
    await archive('旧闻', 1);
    await reads(2);
    await append(transport, [live]);
    await reads(3);
    await new Promise((resolve) => setImmediate(resolve));
    gate.next();
    await running.committed(3);
    expect(engine.batches).toEqual([['占着线程'], [live], ['旧闻']]);
  });

  it('keeps one worker of several from archives while live texts come', async () => {
    const transport = await openLog();
    await transport.ensureTopics([{ name: 'archive', partitions: 3 }]);
    const gate = new Subject<void>();
    const opened = firstValueFrom(gate);
    const isOld = (text: string) => text.startsWith('旧闻');
    const before = async (batch: readonly string[]) => {
      if (batch.some(isOld)) await opened;
    };
    const engine = new StubEngine({ workers: 2, before });
    // However slow the machine is, the first live text came lately.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => clock.mockRestore());
    const inputs = [{ ...INPUT, topic: 'archive', priority: 'backfill' } as const, INPUT];
    const running = new Running({ transport, engine, inputs });
    await append(transport, ['快讯一']);
    await running.committed(1);
    for (const partition of [0, 1, 2]) {
      await transport.append([
        { topic: 'archive', partition, key: null, value: newsItem(`旧闻${partition}`) },
      ]);
    }
    await running.until(() => running.events.filter(({ type }) => type === 'read').length === 4);
    await append(transport, ['快讯二']);
    await running.committed(2);
    gate.next();
    await running.committed(5);
    expect(engine.batches.flat().filter((text) => !isOld(text))).toEqual(['快讯一', '快讯二']);
  });

  it('reads an equal text once: one that is queued, and one that was scored before', async () => {
    const transport = await openLog();
    const engine = new StubEngine();
    await append(transport, ['同文', '同文', '另文', '同文']);
    const running = new Running({ transport, engine });
    await running.committed(4);
    await append(transport, ['同文', '另文']);
    await running.committed(6);
    expect(engine.batches.flat().sort()).toEqual(['另文', '同文']);
    expect((await readScored(transport)).map(({ text }) => text)).toEqual([
      '同文',
      '同文',
      '另文',
      '同文',
      '同文',
      '另文',
    ]);
    expect(running.commits.map(({ scored, cached }) => [scored, cached])).toEqual([
      [4, 2],
      [2, 2],
    ]);
  });

  it('scores every record once and in order however often transactions fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('begin', 'send', 'commit', undefined), { maxLength: 4 }),
        async (faults) => {
          const log = await openLog(2);
          const left = [...faults];
          const transport = faultyTransport(log, (step) => {
            if (left[0] !== undefined && left[0] !== step) return;
            const fault = left.shift();
            if (fault === step) throw new MoodtapeError('MT_TRANSPORT', `${step} fails`);
          });
          for (const partition of [0, 1]) await append(log, texts(20, `${partition}号`), partition);
          const running = new Running({ transport, engine: new StubEngine(), pollRecords: 8 });
          await running.committed(40);
          const scored = await readScored(log);
          for (const partition of ['0', '1']) {
            const ids = scored.map(({ id }) => id).filter((id) => id.startsWith(partition));
            expect(ids).toEqual(texts(20, `${partition}号`));
          }
          running.stop();
        },
      ),
      { numRuns: 6 },
    );
  });

  it('drops a poll that another consumer has taken over, and goes on', async () => {
    const log = await openLog(2);
    const transport = faultyTransport(log, (step, { partition }) => {
      if (step === 'commit' && partition === 0) throw new MoodtapeError('MT_FENCED', 'taken over');
    });
    for (const partition of [0, 1]) await append(log, texts(3, `${partition}号`), partition);
    const running = new Running({ transport, engine: new StubEngine() });
    await running.committed(3);
    await running.until(() => running.events.some(({ type }) => type === 'fenced'));
    expect(running.events.find(({ type }) => type === 'fenced')).toMatchObject({ topic: RAW, partition: 0 });
    expect((await readScored(log)).map(({ id }) => id)).toEqual(texts(3, '1号'));
  });

  it('fails when a transaction can be neither committed nor aborted', async () => {
    const log = await openLog();
    const transport = faultyTransport(log, (step) => {
      if (step === 'commit' || step === 'abort') throw new MoodtapeError('MT_TRANSPORT', `${step} fails`);
    });
    await append(log, texts(3));
    const running = new Running({ transport, engine: new StubEngine() });
    await expect(running.ended).rejects.toMatchObject({ code: 'MT_TRANSPORT', message: 'abort fails' });
    expect(await readScored(log)).toEqual([]);
  });

  it('dead-letters exactly the texts that the model fails on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), async (bad) => {
        const transport = await openLog();
        const all = bad.map((poison, n) => `${poison ? '毒' : '好'}${n}`);
        await append(transport, all);
        const engine = new StubEngine({ workers: 2, poison: (text) => text.startsWith('毒') });
        const running = new Running({ transport, engine });
        await running.committed(all.length);
        const dead = await readAll(transport, OUTPUTS.deadLetters);
        expect(dead.map(({ value }) => Buffer.from(value ?? []))).toEqual(
          all.filter((_, n) => bad[n]).map(newsItem),
        );
        expect((await readScored(transport)).map(({ id }) => id)).toEqual(all.filter((_, n) => !bad[n]));
        running.stop();
      }),
      { numRuns: 10 },
    );
  });

  it('fails, and loses nothing, when the engine cannot score at all', async () => {
    const transport = await openLog();
    await append(transport, texts(10));
    const broken = new StubEngine({ poison: () => true });
    await expect(new Running({ transport, engine: broken }).ended).rejects.toMatchObject({
      code: 'MT_DEVICE',
    });
    expect(await readAll(transport, OUTPUTS.deadLetters)).toEqual([]);
    const running = new Running({ transport, engine: new StubEngine() });
    await running.committed(10);
    expect((await readScored(transport)).map(({ id }) => id)).toEqual(texts(10));
  });

  it('drains: commits what is in flight, reads nothing more, completes', async () => {
    const transport = await openLog();
    const gate = new Subject<void>();
    const opened = firstValueFrom(gate);
    const engine = new StubEngine({ before: () => opened });
    await append(transport, texts(30));
    const running = new Running({ transport, engine, pollRecords: 10 });
    await running.until(() => engine.running > 0 || running.events.length > 0);
    running.drain();
    gate.next();
    await running.ended;
    expect((await readScored(transport)).map(({ id }) => id)).toEqual(texts(10));
    const next = new Running({ transport, engine: new StubEngine() });
    await next.committed(20);
    expect((await readScored(transport)).map(({ id }) => id)).toEqual(texts(30));
  });

  it('drains at once when nothing is in flight', async () => {
    const transport = await openLog();
    const running = new Running({ transport, engine: new StubEngine() });
    running.drain();
    await running.ended;
  });

  it('commits nothing twice when it is stopped at any moment', async () => {
    const transport = await openLog(2);
    for (const partition of [0, 1]) await append(transport, texts(40, `${partition}号`), partition);
    for (const moment of [0, 1, 2, 4, 7]) {
      const running = new Running({ transport, engine: new StubEngine(), pollRecords: 3 });
      await running.until(() => running.events.length > moment);
      running.stop();
    }
    const last = new Running({ transport, engine: new StubEngine() });
    await last.until(() =>
      last.commits.some(({ nextOffset, partition }) => partition === 0 && nextOffset === 40n),
    );
    await last.until(() =>
      last.commits.some(({ nextOffset, partition }) => partition === 1 && nextOffset === 40n),
    );
    const ids = (await readScored(transport)).map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('0'))).toEqual(texts(40, '0号'));
    expect(ids.filter((id) => id.startsWith('1'))).toEqual(texts(40, '1号'));
  });

  it('holds no more than one poll a partition, however far behind it is', async () => {
    const transport = await openLog(3);
    for (const partition of [0, 1, 2]) await append(transport, texts(200, `${partition}号`), partition);
    const running = new Running({ transport, engine: new StubEngine(), pollRecords: 10, cacheSize: 0 });
    await running.committed(600);
    let inFlight = 0;
    let most = 0;
    for (const event of running.events) {
      if (event.type === 'read') inFlight += event.records;
      if (event.type === 'committed') inFlight -= event.records;
      most = Math.max(most, inFlight);
    }
    expect(most).toBeLessThanOrEqual(30);
  });

  it('bounds the bytes in flight over all partitions', async () => {
    const transport = await openLog(2);
    const long = texts(20, '长'.repeat(10_000));
    for (const partition of [0, 1]) await append(transport, long, partition);
    const running = new Running({ transport, engine: new StubEngine(), bytesInFlight: 200_000 });
    await running.committed(40);
    for (const event of running.events) {
      if (event.type === 'read') expect(event.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(running.events.filter(({ type }) => type === 'read').length).toBeGreaterThan(4);
  });

  it('refuses a model with other labels', async () => {
    const transport = await openLog();
    const engine = new StubEngine();
    const other = { ...engine.model, labels: ['bad', 'good'] };
    const running = new Running({ transport, engine: Object.assign(engine, { model: other }) });
    await expect(running.ended).rejects.toMatchObject({ code: 'MT_BUNDLE' });
  });
});
