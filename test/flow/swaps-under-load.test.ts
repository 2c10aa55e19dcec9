import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { lastValueFrom, Subject, tap } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import type { Sentiment } from '../../src/codec/sentiment.js';
import { scorer } from '../../src/flow/scorer.js';
import {
  createCalibratedEngine,
  createEngine,
  createEngineLike,
  type EngineBundle,
} from '../../src/inference/create-engine.js';
import type { Engine } from '../../src/inference/engine.js';
import { SwappableEngine } from '../../src/inference/swappable-engine.js';
import type { Transport } from '../../src/transport/transport.js';
import { OTHER_TINY_BUNDLE, TINY_BUNDLE } from '../fixtures/tiny-bundle.js';
import { INPUT, OUTPUTS, openLog, RAW, readScored } from './bench.js';

const SWAPS = 50;
const PARTITIONS = 3;
/** Records that wait in the log at any time: more than the workers can have in hand. */
const BACKLOG = 600;
const WISHES = { device: 'cpu', precision: 'fp32', workers: 1 } as const;
const BUNDLES: readonly EngineBundle[] = [TINY_BUNDLE, OTHER_TINY_BUNDLE];

/** Text number n: different in the tokens of both models; each comes twice, some hundred texts apart. */
function textOf(index: number): string {
  const characters = '利好空中性涨跌停股市大盘毒茅台万科公司';
  let left = index % 2 === 0 ? index : Math.max(1, index - 301);
  let text = '今日'.repeat(left % 9);
  for (let digit = 0; digit < 6; digit++) {
    text += characters[left % characters.length];
    left = Math.floor(left / characters.length);
  }
  return text;
}

/** Appends texts to all partitions in turn, and keeps some ahead of what is committed. */
class Load {
  appended = 0;
  committed = 0;
  #stopped = false;
  readonly ended: Promise<void>;

  constructor(private readonly transport: Transport) {
    this.ended = this.#run();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.appended - this.committed < BACKLOG) await this.#append(PARTITIONS * 50);
      else await setTimeout(1);
    }
  }

  async #append(count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, i) => {
      const index = this.appended + i;
      const value = JSON.stringify({ id: `t${index}`, text: textOf(index), publishedAt: 1_700_000_000 });
      return { topic: RAW, partition: index % PARTITIONS, key: null, value: Buffer.from(value) };
    });
    this.appended += count;
    await this.transport.append(records);
  }
}

/** Its worker has two batches at any time, as under full load, and the machine is not busy: each takes 40 ms and more. */
function unhurried(engine: Engine): Engine {
  const { model, runtime, workers, tokenise } = engine;
  const score: Engine['score'] = async (batch) => {
    await setTimeout(40);
    return engine.score(batch);
  };
  return { model, runtime, workers, tokenise, readerOf: () => model, score, close: () => engine.close() };
}

/** Threads of this process, and its memory in MB but for files such as the log; nothing where there is no /proc. */
function held(): { threads: number; megabytes: number } {
  if (!existsSync('/proc/self/task')) return { threads: 0, megabytes: 0 };
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return { threads: readdirSync('/proc/self/task').length, megabytes: Number(kilobytes) / 1024 };
}

it('fifty swaps under full load lose, repeat and mis-tag nothing, and memory stays flat', async () => {
  const transport = await openLog(PARTITIONS);
  const first = await createCalibratedEngine(TINY_BUNDLE, WISHES);
  const { bundle, placement } = first;
  const { tokenise } = first.engine;
  const engine = new SwappableEngine(unhurried(first.engine), async (next, workers) =>
    unhurried(await createEngineLike({ bundle, placement, tokenise }, next, workers)),
  );
  onTestFinished(() => engine.close());
  const load = new Load(transport);
  const drain = new Subject<void>();
  let batches = 0;
  const scoring = lastValueFrom(
    scorer({
      ...{ transport, engine, inputs: [INPUT], outputs: OUTPUTS, group: 'scorer', drain },
      ...{ limits: { maxTexts: 4, maxTokens: 512 }, cacheSize: 2000 },
    }).pipe(
      tap((event) => {
        if (event.type === 'committed') load.committed += event.records;
        if (event.type === 'batch') batches++;
      }),
    ),
  );

  let early = held();
  for (let swap = 1; swap <= SWAPS; swap++) {
    await engine.swap(BUNDLES[swap % 2] ?? TINY_BUNDLE);
    // Every model has its part of the work.
    const before = batches;
    while (batches < before + 4) await setTimeout(1);
    if (swap === 10) early = held();
  }
  const late = held();
  load.stop();
  await load.ended;
  while (load.committed < load.appended) await setTimeout(10);
  drain.next();
  await scoring;

  const scored = await readScored(transport);
  expect(scored.length).toBe(load.appended);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const sources = scored.map(({ source }) => source).filter((one) => one.startsWith(`raw/${partition}/`));
    expect(sources).toEqual(sources.map((_, offset) => `raw/${partition}/${offset}`));
  }
  const inOrder = scored.toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  expect(inOrder.map(({ text }) => text)).toEqual(inOrder.map((_, index) => textOf(index)));

  for (const one of BUNDLES) {
    const alone = await createEngine(one, WISHES);
    onTestFinished(() => alone.close());
    const own = scored.filter(({ model }) => model === one.version);
    const others = scored.filter(({ model }) => model !== one.version);
    expect(own.length).toBeGreaterThan(scored.length / 10);
    expect(own.every(({ experts }) => Object.keys(experts).join() === one.spec.experts?.names.join())).toBe(
      true,
    );
    expect(Math.max(...(await differences(own, alone)))).toBeLessThan(1e-4);
    // So a wrong tag would show.
    expect(Math.min(...(await differences(others, alone)))).toBeGreaterThan(1e-3);
  }

  // Threads that ended a moment ago may still be there.
  expect(late.threads).toBeLessThanOrEqual(early.threads + 2);
  expect(late.megabytes - early.megabytes).toBeLessThan(100);
}, 300_000);

/** Of each text: how far its probabilities are from those that a model gives. */
async function differences(texts: readonly Sentiment[], engine: Engine): Promise<number[]> {
  const found: number[] = [];
  for (let start = 0; start < texts.length; start += 64) {
    const some = texts.slice(start, start + 64);
    const scores = await engine.score(some.map(({ text }) => engine.tokenise(text)));
    for (const [i, { probabilities }] of scores.entries()) {
      const own = some[i]?.probabilities ?? [];
      found.push(Math.max(...probabilities.map((value, label) => Math.abs(value - (own[label] ?? 1)))));
    }
  }
  return found;
}
