import { firstValueFrom, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import type { ScorerEvent } from '../../src/flow/event.js';
import { createLogger } from '../../src/observe/logger.js';
import { RunMetrics } from '../../src/observe/metrics/run-metrics.js';
import { ScorerStats } from '../../src/observe/scorer-stats.js';
import type { PartitionLag, Transport } from '../../src/transport/transport.js';
import { append, openLog, RAW, Running } from '../flow/bench.js';
import { StubEngine } from '../flow/stub-engine.js';
import { Samples } from './samples.js';

const scrape = async ({ registry }: RunMetrics) => new Samples(await registry.metrics());

/** Metrics that have seen these events. */
function seen(events: readonly ScorerEvent[]): RunMetrics {
  const metrics = new RunMetrics();
  for (const event of events) metrics.record(event);
  return metrics;
}

describe('the metrics of a run', () => {
  it('count what the summary counts, by topic and by what was wrong', async () => {
    const transport = await openLog(2);
    const texts = Array.from({ length: 60 }, (_, n) => `利好${n % 20}`);
    await append(transport, [...texts, '毒', ' ', '毒']);
    await append(transport, texts, 1);
    await transport.append([{ topic: RAW, partition: 0, key: null, value: Buffer.from('oops') }]);
    const engine = new StubEngine({ workers: 2, poison: (text) => text === '毒' });
    const running = new Running({ transport, engine, pollRecords: 25 });
    await running.committed(124);
    const stats = new ScorerStats();
    for (const event of running.events) stats.record(event, 0);
    const samples = await scrape(seen(running.events));

    const { read, scored, deadLettered, cached } = stats.summary();
    expect([read, scored, deadLettered]).toEqual([124, 120, 4]);
    expect(samples.sum('moodtape_records_read_total', { topic: RAW })).toBe(read);
    expect(samples.sum('moodtape_records_scored_total', { topic: RAW })).toBe(scored);
    expect(samples.sum('moodtape_records_dead_lettered_total')).toBe(deadLettered);
    for (const [code, count] of stats.deadByCode()) {
      expect(samples.sum('moodtape_records_dead_lettered_total', { topic: RAW, code })).toBe(count);
    }
    expect(samples.sum('moodtape_cache_hits_total')).toBe(cached);
    expect(samples.sum('moodtape_record_latency_seconds_count')).toBe(read);
    expect(samples.sum('moodtape_in_flight_records')).toBe(0);
    expect(samples.sum('moodtape_in_flight_bytes')).toBe(0);
    expect(samples.sum('moodtape_queue_texts')).toBe(0);
  });

  it('count the batches, their tokens and their padding as the model saw them', async () => {
    const transport = await openLog();
    const lengths = [3, 9, 1, 1, 30, 12, 7];
    await append(
      transport,
      lengths.map((length, n) => '长'.repeat(length - 1) + n),
    );
    const engine = new StubEngine();
    const running = new Running({ transport, engine, cacheSize: 0 });
    await running.committed(lengths.length);
    const samples = await scrape(seen(running.events));
    const padded = engine.batches.map(
      (batch) => batch.length * Math.max(...batch.map((text) => text.length)),
    );
    const all = padded.reduce((sum, tokens) => sum + tokens, 0);
    expect(samples.sum('moodtape_batch_texts_sum')).toBe(lengths.length);
    expect(samples.sum('moodtape_batch_texts_count')).toBe(engine.batches.length);
    expect(samples.sum('moodtape_batch_tokens_sum')).toBe(all);
    expect(samples.sum('moodtape_padding_tokens_total')).toBe(
      all - lengths.reduce((sum, length) => sum + length, 0),
    );
  });

  it('show the time of every stage', async () => {
    const transport = await openLog();
    await append(transport, ['一', '二', '三']);
    const engine = new StubEngine({ before: () => new Promise((resolve) => setImmediate(resolve)) });
    const running = new Running({ transport, engine, limits: { maxTexts: 1, maxTokens: 99 } });
    await running.committed(3);
    const samples = await scrape(seen(running.events));
    const expectStage = (stage: string, milliseconds: readonly number[]) => {
      const sum = milliseconds.reduce((total, time) => total + time / 1000, 0);
      expect(sum).toBeGreaterThan(0);
      expect(samples.sum('moodtape_stage_duration_seconds_count', { stage })).toBe(milliseconds.length);
      expect(samples.sum('moodtape_stage_duration_seconds_sum', { stage })).toBeCloseTo(sum, 9);
    };
    const batches = running.events.filter((event) => event.type === 'batch');
    const [spent] = running.commits.map((event) => event.spent);
    expect(batches).toHaveLength(3);
    expectStage('decode', [spent?.decode ?? 0]);
    expectStage('enrich', [spent?.enrich ?? 0]);
    expectStage(
      'queue',
      batches.flatMap(({ waits }) => waits),
    );
    expectStage(
      'inference',
      batches.map(({ milliseconds }) => milliseconds),
    );
    expectStage('commit', [spent?.commit ?? 0]);
  });

  it('show what is queued and in flight while the model works, and nothing afterwards', async () => {
    const transport = await openLog();
    const gate = new Subject<void>();
    const opened = firstValueFrom(gate);
    const engine = new StubEngine({ before: () => opened });
    const texts = Array.from({ length: 10 }, (_, n) => `利好${n}`);
    await append(transport, texts);
    const running = new Running({ transport, engine, limits: { maxTexts: 2, maxTokens: 99 } });
    await running.until(() => running.events.some((event) => event.type === 'queue' && event.texts === 6));
    const during = await scrape(seen(running.events));
    const read = running.events.find(({ type }) => type === 'read');
    expect(during.sum('moodtape_queue_texts')).toBe(6);
    expect(during.sum('moodtape_in_flight_records')).toBe(10);
    expect(read).toMatchObject({ bytes: during.sum('moodtape_in_flight_bytes') });
    expect(during.of('moodtape_records_scored_total')).toMatchObject([{ value: 0 }]);
    gate.next();
    await running.committed(10);
    const after = await scrape(seen(running.events));
    expect(after.sum('moodtape_queue_texts')).toBe(0);
    expect(after.sum('moodtape_in_flight_bytes')).toBe(0);
  });

  it('forget a poll that another consumer has taken over', async () => {
    const partition = { topic: RAW, partition: 1 };
    const samples = await scrape(
      seen([
        { type: 'read', ...partition, records: 5, bytes: 100 },
        { type: 'read', topic: RAW, partition: 2, records: 1, bytes: 7 },
        { type: 'fenced', ...partition },
      ]),
    );
    expect(samples.sum('moodtape_in_flight_bytes')).toBe(7);
    expect(samples.sum('moodtape_polls_fenced_total')).toBe(1);
  });

  it('name the model', async () => {
    const metrics = new RunMetrics();
    metrics.showModel(new StubEngine());
    expect((await scrape(metrics)).of('moodtape_model_info')).toMatchObject([
      { value: 1, labels: { model: 'stub', version: 'stub-1', runtime: 'stub' } },
    ]);
  });

  it('follow swaps, failed ones, and trials', async () => {
    const metrics = seen([]);
    metrics.showModel(new StubEngine());
    const before = await scrape(metrics);
    const roles = before.of('moodtape_model_swap_failures_total').map(({ labels }) => labels.role);
    expect(roles).toEqual(['live', 'canary', 'shadow']);
    expect(before.of('moodtape_trial_info')).toEqual([]);

    const error = new MoodtapeError('MT_BUNDLE', 'damaged');
    const trial = { kind: 'shadow', version: 'c', share: 0.25 } as const;
    const outcome = { texts: 4, failed: 1, agreeing: 3, difference: 0.5 };
    metrics.record({ type: 'swapFailed', role: 'live', version: 'b', error });
    const swapped = { model: 'tiny', version: 'b', previous: 'stub-1', runtime: 'cpu', milliseconds: 9 };
    metrics.record({ type: 'swapped', ...swapped });
    metrics.record({ type: 'trialStarted', model: 'tiny', milliseconds: 9, ...trial });
    metrics.record({ type: 'trial', ...trial, ...outcome });
    metrics.record({ type: 'trial', ...trial, ...outcome });
    const during = await scrape(metrics);
    expect(during.of('moodtape_model_info')).toMatchObject([
      { value: 1, labels: { model: 'tiny', version: 'b', runtime: 'cpu' } },
    ]);
    expect(during.of('moodtape_trial_info')).toMatchObject([
      { value: 1, labels: { kind: 'shadow', version: 'c', share: '0.25' } },
    ]);
    const sum = (name: string, labels?: Record<string, string>) => during.sum(`moodtape_${name}`, labels);
    expect([sum('model_swaps_total'), sum('model_swap_failures_total', { role: 'live' })]).toEqual([1, 1]);
    const { kind } = trial;
    expect([sum('trial_texts_total', { kind }), sum('trial_failed_texts_total', { kind })]).toEqual([8, 2]);
    expect(sum('shadow_agreeing_texts_total')).toBe(6);
    expect(sum('shadow_score_difference_total')).toBe(1);

    metrics.record({ type: 'trialEnded', ...trial, ...outcome });
    expect((await scrape(metrics)).of('moodtape_trial_info')).toEqual([]);
  });

  it('count late texts from zero', async () => {
    const metrics = new RunMetrics();
    expect((await scrape(metrics)).of('moodtape_late_texts_total')).toMatchObject([{ value: 0 }]);
    metrics.countLate(2);
    metrics.countLate(3);
    expect((await scrape(metrics)).sum('moodtape_late_texts_total')).toBe(5);
  });

  it('belong to one run: another one in the process has its own', async () => {
    const [one, other] = [new RunMetrics(), new RunMetrics()];
    one.record({ type: 'read', topic: RAW, partition: 0, records: 5, bytes: 100 });
    expect((await scrape(other)).of('moodtape_records_read_total')).toEqual([]);
  });

  it('follow the conventions: base units, counters that end in _total, few labels', async () => {
    const metrics = new RunMetrics();
    metrics.showModel(new StubEngine());
    metrics.showLag({ transport: { lag: async () => [] }, consumers: [], logger: createLogger('silent') });
    const own = (await metrics.registry.getMetricsAsJSON()).filter(({ name }) =>
      name.startsWith('moodtape_'),
    );
    expect(own.length).toBeGreaterThan(15);
    for (const { name, help, type } of own) {
      expect(name).toMatch(/^moodtape(_[a-z]+)+_(total|seconds|bytes|records|texts|tokens|info)$/);
      expect(name.endsWith('_total')).toBe(String(type) === 'counter');
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
    const process = (await scrape(metrics)).of('nodejs_eventloop_lag_p99_seconds');
    expect(process).toHaveLength(1);
  });
});

describe('the lag of consumer groups', () => {
  const partition = (end: bigint): PartitionLag => ({ topic: RAW, partition: 0, committed: 2n, end });

  function following(lag: Transport['lag'], freshMs = 0) {
    const metrics = new RunMetrics();
    const consumers = [{ group: 'scorer', topics: [RAW] }];
    const logged: string[] = [];
    const logger = createLogger('warn', { write: (line) => logged.push(line) });
    metrics.showLag({ transport: { lag }, consumers, logger, freshMs, patienceMs: 50 });
    return { metrics, logged, lag: async () => (await scrape(metrics)).of('moodtape_consumer_lag_records') };
  }

  it('is what the log says, by group, topic and partition', async () => {
    const transport = await openLog(2);
    await append(transport, ['一', '二', '三']);
    await append(transport, ['四'], 1);
    const { metrics } = following((...asked) => transport.lag(...asked));
    const samples = await scrape(metrics);
    const lagOf = (partition: string) =>
      samples.sum('moodtape_consumer_lag_records', { group: 'scorer', topic: RAW, partition });
    expect([lagOf('0'), lagOf('1')]).toEqual([3, 1]);
  });

  it('is asked for once however often it is scraped', async () => {
    let asked = 0;
    const { lag } = following(async () => [partition(BigInt(++asked))], 60_000);
    await Promise.all([lag(), lag(), lag()]);
    await lag();
    expect(asked).toBe(1);
  });

  it('has no value while the log cannot say, and comes back', async () => {
    let works = true;
    const { lag, logged } = following(async () => {
      if (!works) throw new Error('no broker');
      return [partition(5n)];
    });
    expect(await lag()).toMatchObject([{ value: 3 }]);
    works = false;
    expect(await lag()).toEqual([]);
    expect(JSON.parse(logged.join())).toMatchObject({ code: 'MT_TRANSPORT', message: 'no broker' });
    works = true;
    expect(await lag()).toMatchObject([{ value: 3 }]);
  });

  it('does not keep a scrape waiting for a log that does not answer', async () => {
    let answer: (partitions: PartitionLag[]) => void = () => {};
    let asked = 0;
    const slow = new Promise<PartitionLag[]>((resolve) => {
      answer = resolve;
    });
    const { lag } = following(() => (++asked === 1 ? Promise.resolve([partition(3n)]) : slow));
    expect(await lag()).toMatchObject([{ value: 1 }]);
    expect(await lag()).toMatchObject([{ value: 1 }]);
    expect(await lag()).toMatchObject([{ value: 1 }]);
    expect(asked).toBe(2);
    answer([partition(9n)]);
    expect(await lag()).toMatchObject([{ value: 7 }]);
  });
});
