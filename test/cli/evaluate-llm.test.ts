import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyBundle } from '../fixtures/tiny-bundle.js';
import { type Reply, StubEndpoint } from '../llm/stub-endpoint.js';
import { moodtape } from './run-cli.js';

// Guards: a chat model is measured as a model of ours is, on the same texts, and a stopped evaluation goes on.

const KEY = 'sk-secret-0123';
const folder = mkdtempSync(join(tmpdir(), 'moodtape-evaluate-llm-'));
const path = (name: string) => join(folder, name);
const WORDS = { 利空: '大盘跌', 中性: '股市空', 利好: '茅台涨停' };
const rows = Array.from({ length: 30 }, (_, i) => {
  const [label, word] = Object.entries(WORDS)[i % 3] ?? [];
  return `${i},${word}${i},${label},${i % 2 === 0 ? 'news' : 'forum'}`;
});

let stub: StubEndpoint | undefined;
beforeAll(async () => {
  await saveTinyBundle(path('model'));
  // The last text has no words: no model sees it.
  writeFileSync(path('data.csv'), `id,text,label,domain\n${rows.join('\n')}\n30,<p></p>,利好,news\n`);
});
afterEach(async () => {
  await stub?.stop();
  rmSync(path('home'), { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Right about every text but those with a 7. */
function judge(content: string): Reply {
  const text = /文本：(.*)/.exec(content)?.[1] ?? '';
  if (text.includes('7')) return '这条新闻是利好';
  return text.startsWith('茅台') ? '{"标签": "利好"}' : text.startsWith('大盘') ? '利空。' : '1';
}

const evaluate = (url: string, ...args: string[]) =>
  moodtape(['evaluate', '--llm', url, '--data', path('data.csv'), ...args], {
    env: { MOODTAPE_LLM_KEY: KEY, MOODTAPE_HOME: path('home') },
  });

describe('moodtape evaluate --llm', () => {
  it('reports like that of a model, counts answers without a label as wrong, and compares', async () => {
    stub = await StubEndpoint.start(({ messages }) => judge(messages[0]?.content ?? ''));
    const { code, stdout, stderr } = await evaluate(stub.url, '--against', path('model'), '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      model: 'stub-7b',
      n: 30,
      accuracy: 27 / 30,
      byDomain: { news: { n: 15, accuracy: 1 }, forum: { n: 15, accuracy: 12 / 15 } },
      support: { 利空: 10, 中性: 10, 利好: 10 },
      unparsable: { count: 3, examples: ['这条新闻是利好'] },
      against: { model: path('model'), onlyFirst: expect.any(Number), pValue: expect.any(Number) },
    });
    expect(report.against.difference).toBeCloseTo(report.accuracy - report.against.accuracy);
    expect(report.confusion.flat().reduce((sum: number, n: number) => sum + n)).toBe(27);
    expect(stub.questions).toHaveLength(30);
    expect(stub.questions[0]).toMatchObject({ model: 'stub-7b', temperature: 0 });
    expect([...stub.authorizations]).toEqual([`Bearer ${KEY}`]);

    const again = await evaluate(stub.url);
    expect(again.stdout).toContain('3 answers name none of the labels and count as wrong');
    expect(again.stdout).toMatch(/all +30 +90\.00/);
    expect(stub.questions).toHaveLength(30);
  });

  it('goes on where it was stopped, and never shows the key', async () => {
    stub = await StubEndpoint.start(({ messages }, number) =>
      number > 12
        ? { status: 403, body: { error: `no more for ${KEY}` } }
        : judge(messages[0]?.content ?? ''),
    );
    const stopped = await evaluate(stub.url, '--llm-concurrency', '1');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain(
      `error MT_LLM: the chat endpoint at ${stub.url} answers 403 no more for …`,
    );
    expect(stopped.stderr).toContain('run it again: answers so far are kept');
    await stub.stop();

    stub = await StubEndpoint.start(({ messages }) => judge(messages[0]?.content ?? ''));
    const { code, stdout } = await evaluate(stub.url, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).accuracy).toBe(27 / 30);
    expect(stub.questions).toHaveLength(18);
    const [file] = readdirSync(path('home/llm'));
    expect(file).toBe('stub-7b.ndjson');
    expect(readFileSync(path('home/llm/stub-7b.ndjson'), 'utf8')).not.toContain(KEY);
  });

  it('asks in English about other labels', async () => {
    writeFileSync(path('emotion.csv'), 'id,text,label\n1,What a day!,joy\n2,Leave me alone,anger\n');
    stub = await StubEndpoint.start(({ messages }) => {
      const content = messages[0]?.content ?? '';
      expect(content).toContain('0 anger\n1 joy\n2 very sad\n');
      return content.includes('day') ? 'Joy' : 'very sad';
    });
    const labels = ['--labels', 'anger', 'joy', 'very_sad'];
    const args = ['evaluate', '--llm', stub.url, '--data', path('emotion.csv'), ...labels, '--json'];
    const { stdout } = await moodtape(args, { env: { MOODTAPE_HOME: path('home') } });
    expect(JSON.parse(stdout)).toMatchObject({ accuracy: 0.5, labels: ['anger', 'joy', 'very_sad'] });
  });

  it('is told which of the two to evaluate', async () => {
    const neither = await moodtape(['evaluate', '--data', path('data.csv')]);
    expect(neither.code).toBe(2);
    expect(neither.stderr).toContain('give either --model or --llm');
    const expert = await evaluate('http://127.0.0.1:9', '--expert', 'news');
    expect(expert.code).toBe(2);
    expect(expert.stderr).toContain("option '--expert <name>' cannot be used with option '--llm <url>'");
  });
});
