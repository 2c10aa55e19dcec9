import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWithKafka } from '../../services/describe.js';

const FORGETFUL = new URL('./forgetful-kafkajs.mjs', import.meta.url).href;
const USER = fileURLToPath(new URL('./user.ts', import.meta.url));

describeWithKafka('a process that has used a log on Kafka', ({ brokers }) => {
  /** Rejects when it has to be killed. */
  async function use(...imports: readonly string[]): Promise<string> {
    const options = ['tsx', ...imports].flatMap((module) => ['--import', module]);
    const args = [...options, USER, ...brokers];
    return (await promisify(execFile)(process.execPath, args, { timeout: 25_000 })).stdout;
  }

  it('ends by itself once the log is closed', async () => {
    expect(await use()).toBe('3 records\n');
  });

  it('ends by itself even if kafkajs has forgotten its connections', async () => {
    expect(await use(FORGETFUL)).toBe('3 records\n');
  });
});
