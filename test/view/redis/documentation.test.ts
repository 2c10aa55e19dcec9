import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sentiment, SentimentIndex } from '../../../src/codec/sentiment.js';
import { openRedisView } from '../../../src/view/redis/view.js';
import type { View } from '../../../src/view/view.js';
import { waitUntil } from '../../conformance/patience.js';
import { batch } from '../../conformance/view/samples.js';
import { describeWithOwnRedis } from '../../services/describe.js';
import { startRedis } from '../../services/redis.js';

const sh = promisify(execFile);

/** The two texts that docs/redis.md speaks of, and their index row. */
const LATER: Sentiment = {
  id: '8801',
  source: 'raw.forum/0/977',
  domain: 'forum',
  symbols: ['SH600519'],
  text: '茅台还要跌',
  truncated: false,
  publishedAt: 1_784_525_455_000,
  scoredAt: 1_784_525_460_100,
  label: '利空',
  probabilities: [0.75, 0.125, 0.125],
  score: -0.625,
  confidence: 0.75,
  experts: { news: 0.25, forum: 0.75 },
  model: '2026.07',
};
const EARLIER: Sentiment = { ...LATER, id: '8800', symbols: ['SH600519', 'SZ000858'], score: 0.5 };
const ROW: SentimentIndex = {
  symbol: 'SH600519',
  domain: 'all',
  window: '1h',
  start: 1_784_523_600_000,
  count: 2,
  mean: -0.0625,
  bearish: 1,
  neutral: 0,
  bullish: 1,
};

interface Example {
  readonly command: string;
  readonly output: string;
}

const PAGE = readFileSync(new URL('../../../docs/redis.md', import.meta.url), 'utf8');

/** The commands in the page, each with the output that it shows. */
const examples: readonly Example[] = [...PAGE.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(
  ([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const [command = '', ...output] = example.trimEnd().split('\n');
        return { command, output: output.join('\n') };
      }),
);
const waits = ({ command }: Example) => /SUBSCRIBE|BLOCK/.test(command);

/** Ids of entries are times. */
const withoutIds = (output: string) => output.trimEnd().replace(/^\d{13}-\d+$/gm, 'ID');

describeWithOwnRedis('docs/redis.md', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let view: View;
  const listeners: { example: Example; process: ChildProcess; output: string }[] = [];

  const here = (command: string) => command.replaceAll('redis-cli', `redis-cli -u ${redis.address.url}`);
  const run = async (command: string) => (await sh('bash', ['-c', here(command)])).stdout;

  beforeAll(async () => {
    redis = await startRedis();
    view = openRedisView({ url: redis.address.url, prefix: 'moodtape' });
    await view.applyScored(batch('sentiment.scored', 41, [EARLIER]));
    for (const example of examples.filter(waits)) {
      const process = spawn('bash', ['-c', `exec ${here(example.command)}`]);
      const listener = { example, process, output: '' };
      process.stdout.on('data', (bytes) => (listener.output += bytes));
      listeners.push(listener);
    }
    await waitUntil('the listeners listen', async () =>
      /cmd=xread.*cmd=subscribe|cmd=subscribe.*cmd=xread/s.test(await run('redis-cli CLIENT LIST')),
    );
    await view.applyScored(batch('sentiment.scored', 42, [LATER]));
    await view.applyIndex(batch('sentiment.index', 7, [ROW]));
  });
  afterAll(async () => {
    for (const { process } of listeners) process.kill();
    await view.close();
    await redis.stop();
  });

  it.each(examples.filter((example) => !waits(example)))('shows what $command says', async (example) => {
    expect(withoutIds(await run(example.command))).toBe(withoutIds(example.output));
  });

  it.each(examples.filter(waits))('shows what $command hears', async ({ command, output }) => {
    const listener = listeners.find(({ example }) => example.command === command);
    await waitUntil('it has heard', () => (listener?.output.length ?? 0) >= output.length);
    expect(withoutIds(listener?.output ?? '')).toBe(withoutIds(output));
  });

  it('names every key that there is', async () => {
    const names = (await run(`redis-cli --scan --pattern '*'`)).trim().split('\n');
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const written = name.replace(/{S[HZ]\d+}/, '{SYMBOL}').replace('index:all:1h', 'index:DOMAIN:WINDOW');
      expect(PAGE).toContain(`\`${written}\``);
    }
  });

  it('has users who may do what they are for, and not remove everything', async () => {
    const as = (user: string) => redis.address.url.replace('//', `//${user}:secret@`);
    const writer = openRedisView({ url: as('moodtape'), prefix: 'moodtape' });
    await writer.applyScored(batch('sentiment.scored', 43, [{ ...LATER, id: '8802' }]));
    await writer.applyIndex(batch('sentiment.index', 8, [ROW]));
    expect(await writer.symbols(1)).toMatchObject([{ symbol: 'SH600519', count: 3, last: { id: '8802' } }]);
    await writer.close();
    const reader = openRedisView({ url: as('dashboard'), prefix: 'moodtape' });
    expect(await reader.latest('SH600519')).toMatchObject({ id: '8802' });
    await expect(reader.applyScored(batch('sentiment.scored', 44, [LATER]))).rejects.toMatchObject({
      code: 'MT_VIEW',
      message: expect.stringContaining('NOPERM'),
    });
    await reader.close();
    for (const user of ['dashboard', 'moodtape']) {
      expect(await run(`redis-cli --user ${user} --pass secret FLUSHALL 2>&1`)).toContain('NOPERM');
    }
  });
});
