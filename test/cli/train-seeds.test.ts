import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { COMMAND_LINE, moodtape, PROJECT } from './run-cli.js';

// Guards: any task's labels, several seeds with their summary, and runs that go on where they were ended.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-seeds-'));
const path = (name: string) => join(folder, name);

const rows = Array.from({ length: 24 }, (_, i) => {
  const [label, word] = i % 2 === 0 ? ['up', '茅台涨停'] : ['down', '大盘跌'];
  return `${i},${word}${'今日公司'.slice(0, i % 5)},${label}`;
});

beforeAll(async () => {
  await saveTinyBundle(path('model'));
  writeFileSync(path('data.csv'), `id,text,label\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const train = (out: string, ...more: string[]) => [
  ...['train', 'base', '--model', path('model'), '--train', path('data.csv'), '--valid', path('data.csv')],
  ...[
    '--labels',
    'down',
    'up',
    '--out',
    path(out),
    '--backend',
    'wasm',
    '--batch-size',
    '4',
    '--json',
    ...more,
  ],
];

// Each starts a process or more.
describe('moodtape train with seeds', { timeout: 90_000 }, () => {
  const quick = '--epochs 20 --learning-rate 0.003 --warmup 5 --averaging 0'.split(' ');
  const lora = train('lora', '--method', 'lora', '--seeds', '13', '21', '--test', path('data.csv'), ...quick);

  it('trains each seed once and says what they reach together', async () => {
    const first = await moodtape(lora);
    expect(first.stderr).toContain('train base lora: 24 texts, 24 valid, backend wasm');
    expect(first.code).toBe(0);
    const summary = JSON.parse(first.stdout);
    expect(summary).toMatchObject({ seeds: [13, 21], valid: { n: 24 }, test: { n: 24 } });
    expect(summary.test.accuracy.values).toHaveLength(2);
    expect(summary.test.accuracy.mean).toBeGreaterThan(0.9);
    expect(summary.learnedParameters).toBeLessThan(summary.parameters);
    expect(JSON.parse(readFileSync(path('lora/summary.json'), 'utf8'))).toEqual(summary);
    expect(readFileSync(path('lora/summary.md'), 'utf8')).toMatch(/^\| valid \| 24 \| \d+\.\d\d ± \d/m);

    rmSync(path('lora/seed-21'), { recursive: true });
    const second = await moodtape(lora);
    expect(second.stderr).toContain('seed 13 is trained already');
    expect(second.stderr).not.toContain('seed 21 is trained already');
    expect(JSON.parse(second.stdout).versions).toEqual(summary.versions);
  });

  it('leaves ordinary bundles, with the labels of the task', async () => {
    const measured = await moodtape([
      ...['evaluate', '--model', path('lora/seed-13'), '--data', path('data.csv'), '--json'],
    ]);
    expect(JSON.parse(measured.stdout)).toMatchObject({ n: 24, labels: ['down', 'up'] });
    const manifest = JSON.parse(readFileSync(path('lora/seed-13/model.json'), 'utf8'));
    expect(manifest).toMatchObject({
      spec: { experts: null },
      provenance: { method: { name: 'lora', rank: 8 }, settings: { seed: 13 } },
      metrics: { cost: { learnedParameters: expect.any(Number), textsPerSecond: expect.any(Number) } },
    });
  });

  it('leaves bundles that score texts in the labels of the task', async () => {
    const model = ['--model', path('lora/seed-13')];
    const scored = await moodtape(['score', ...model, '--json', '茅台涨停']);
    const { label, probabilities, score, confidence } = JSON.parse(scored.stdout);
    expect({ label, score }).toEqual({ label: 'up', score: undefined });
    expect(probabilities[1]).toBe(confidence);
    expect((await moodtape(['score', ...model, '大盘跌'])).stdout).toMatch(
      /^down .*\n +up .*\n +down .*\n +model/,
    );
  });

  it('does not take the models of another training for its own', async () => {
    const other = await moodtape([...lora, '--learning-rate', '0.5']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('MT_OUTPUT');
  });
});

describe('a training that was killed', { timeout: 90_000 }, () => {
  const settings = ['--epochs', '8', '--evaluate-every', '10', '--warmup', '2'];

  it('goes on to the model of an unbroken one', async () => {
    const unbroken = await moodtape(train('unbroken', ...settings));
    const args = train('killed', ...settings);
    const child = spawn(process.execPath, [...COMMAND_LINE, ...args], { cwd: PROJECT, stdio: 'ignore' });
    await untilExists(path('killed.unfinished/state.json'), child);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(path('killed'))).toBe(false);
    expect(JSON.parse(readFileSync(path('killed.unfinished/state.json'), 'utf8')).step).toBeLessThan(48);

    const resumed = await moodtape(args);
    expect(resumed.code).toBe(0);
    const [whole, again] = [unbroken, resumed].map(({ stdout }) => JSON.parse(stdout));
    expect(again.version).toBe(whole.version);
    expect(again.history).toEqual(whole.history);
  });
});

async function untilExists(file: string, child: ChildProcess): Promise<void> {
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error('the training ended before its first checkpoint');
    await setTimeout(20);
  }
}
