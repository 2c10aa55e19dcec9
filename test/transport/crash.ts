import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../src/transport/transport.js';
import { pause, settle, waitUntil } from '../conformance/patience.js';
import { hold, numbered, numbers, Reader, sorted, texts } from '../conformance/transport/reader.js';
import { type Job, type Log, openLog } from './log.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const KEYS = 24;

/** What a log must be when the processes that use it are killed or hang. */
export function crashTests(name: string, start: () => Promise<Log>): void {
  describe(name, { timeout: 90_000 }, () => {
    let job: Job;
    let log: Transport;
    const workers = new Set<ChildProcess>();

    beforeEach(async () => {
      const run = randomUUID();
      job = { log: await start(), input: `in-${run}`, output: `out-${run}`, group: `workers-${run}` };
      log = openLog(job.log);
      await log.ensureTopics([job.input, job.output].map((topic) => ({ name: topic, partitions: 3 })));
    });
    afterEach(async () => {
      for (const worker of workers) await kill(worker);
      await log.close();
    });

    async function launch(role: 'copy' | 'append' | 'hold'): Promise<ChildProcess> {
      const worker = fork(WORKER, [role, JSON.stringify(job)], { execArgv: ['--import', 'tsx'] });
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

    function readOutput(): Reader {
      return new Reader(log, { group: `verifier-${job.group}`, topics: [job.output] });
    }

    it('carries every record over once and in order while its workers are killed', async () => {
      const output = readOutput();
      const feeder = new Feeder(log, job.input);
      let survivor = await launch('copy');
      for (let round = 0; round < 4; round++) {
        const newcomer = await launch('copy');
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
      await waitUntil('there is no lag', async () =>
        (await log.lag(job.group, [job.input])).every(({ committed, end }) => committed === end),
      );
    });

    it('keeps appended batches whole when a writer is killed, and the others writing', async () => {
      const feeder = new Feeder(log, job.input);
      for (let round = 0; round < 3; round++) {
        const writer = await launch('append');
        await pause(50 + Math.random() * 100);
        await kill(writer);
      }
      expect(await feeder.stop()).toBeGreaterThan(0);
      const reader = readOutput();
      await waitUntil('all is read', async () =>
        (await log.lag(`verifier-${job.group}`, [job.output])).every(
          ({ committed, end }) => committed === end,
        ),
      );
      expect(reader.done.length).toBeGreaterThan(0);
      expect(reader.done.length % 10).toBe(0);
    });

    it('takes over from a process that hangs, and fences it when it wakes', async () => {
      await log.append([{ topic: job.input, partition: 0, key: null, value: Buffer.from('x') }]);
      const sleeper = await launch('hold');
      sleeper.kill('SIGSTOP');
      const heir = new Reader(log, { group: job.group, topics: [job.input] }, hold);
      const transaction = await (await heir.firstPoll()).begin();
      await transaction.send([{ topic: job.output, key: null, value: Buffer.from('fresh') }]);

      const answer = once(sleeper, 'message');
      sleeper.kill('SIGCONT');
      sleeper.send('commit');
      expect(await answer).toEqual(['MT_FENCED', undefined]);
      await transaction.commit();

      const output = readOutput();
      await output.hasDone(1);
      await settle();
      expect(texts(output.done)).toEqual(['fresh']);
    });
  });
}

/** Appends numbered records until it is stopped. */
class Feeder {
  private running = true;
  private readonly fed: Promise<number>;

  constructor(log: Transport, topic: string) {
    this.fed = this.feed(log, topic);
  }

  /** Resolves to how many records there are. */
  stop(): Promise<number> {
    this.running = false;
    return this.fed;
  }

  private async feed(log: Transport, topic: string): Promise<number> {
    let count = 0;
    for (; this.running; count += KEYS) {
      const next = numbered(topic, KEYS, KEYS);
      await log.append(next.map((record, i) => ({ ...record, value: Buffer.from(String(count + i)) })));
      await pause(100);
    }
    return count;
  }
}
