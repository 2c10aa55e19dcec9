import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { pause, settle } from '../conformance/patience.js';
import { hold, numbered, numbers, Reader, sorted, texts } from '../conformance/transport/reader.js';

const WORKER = fileURLToPath(new URL('./embedded-worker.ts', import.meta.url));

const KEYS = 24;

/** Appends numbered records to `in` until it is stopped. */
class Feeder {
  private running = true;
  private readonly fed: Promise<number>;

  constructor(log: Transport) {
    this.fed = this.feed(log);
  }

  /** Resolves to how many records there are. */
  stop(): Promise<number> {
    this.running = false;
    return this.fed;
  }

  private async feed(log: Transport): Promise<number> {
    let count = 0;
    for (; this.running; count += KEYS) {
      const next = numbered('in', KEYS, KEYS);
      await log.append(next.map((record, i) => ({ ...record, value: Buffer.from(String(count + i)) })));
      await pause(50);
    }
    return count;
  }
}

describe('the embedded log', { timeout: 60_000 }, () => {
  let folder: string;
  let log: Transport;
  const workers = new Set<ChildProcess>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'moodtape-crash-'));
    log = openEmbeddedTransport(folder, { sessionMs: 1_000 });
    await log.ensureTopics(['in', 'out'].map((name) => ({ name, partitions: 3 })));
  });
  afterEach(async () => {
    for (const worker of workers) await kill(worker);
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(role: 'copy' | 'append' | 'hold'): Promise<ChildProcess> {
    const worker = fork(WORKER, [role, folder], { execArgv: ['--import', 'tsx'] });
    workers.add(worker);
    await once(worker, 'message');
    return worker;
  }

  async function kill(worker: ChildProcess): Promise<void> {
    workers.delete(worker);
    const exit = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exit;
  }

  it('carries every record over once and in order while its workers are killed', async () => {
    const output = new Reader(log, { group: 'verifier', topics: ['out'] });
    const feeder = new Feeder(log);
    let survivor = await start('copy');
    for (let round = 0; round < 4; round++) {
      const newcomer = await start('copy');
      await pause(Math.random() * 200);
      await kill(survivor);
      survivor = newcomer;
    }
    const count = await feeder.stop();
    await output.hasDone(count);
    await settle();

    expect(sorted(texts(output.done))).toEqual(numbers(count));
    for (let key = 0; key < KEYS; key++) {
      const ofKey = texts(output.done).filter((value) => Number(value) % KEYS === key);
      expect(ofKey).toEqual(sorted(ofKey));
    }
    for (const { committed, end } of await log.lag('workers', ['in'])) expect(committed).toBe(end);
  });

  it('keeps appended batches whole when a writer is killed, and the others writing', async () => {
    const feeder = new Feeder(log);
    for (let round = 0; round < 3; round++) {
      const writer = await start('append');
      await pause(50 + Math.random() * 100);
      await kill(writer);
    }
    expect(await feeder.stop()).toBeGreaterThan(0);
    const ends = async () => {
      const lag = await log.lag('nobody', ['out']);
      return lag.reduce((sum, { end }) => sum + Number(end), 0);
    };
    const written = await ends();
    expect(written).toBeGreaterThan(0);
    expect(written % 10).toBe(0);
    const reader = new Reader(log, { group: 'verifier', topics: ['out'] });
    await reader.hasDone(written);
    expect(reader.done.length).toBe(written);
  });

  it('takes over from a process that hangs, and fences it when it wakes', async () => {
    await log.append([{ topic: 'in', partition: 0, key: null, value: Buffer.from('x') }]);
    const sleeper = await start('hold');
    sleeper.kill('SIGSTOP');
    const heir = new Reader(log, { group: 'workers', topics: ['in'] }, hold);
    const transaction = await (await heir.firstPoll()).begin();
    await transaction.send([{ topic: 'out', key: null, value: Buffer.from('fresh') }]);

    const answer = once(sleeper, 'message');
    sleeper.kill('SIGCONT');
    sleeper.send('commit');
    expect(await answer).toEqual(['MT_FENCED', undefined]);
    await transaction.commit();

    const output = new Reader(log, { group: 'verifier', topics: ['out'] });
    await output.hasDone(1);
    await settle();
    expect(texts(output.done)).toEqual(['fresh']);
  });
});
