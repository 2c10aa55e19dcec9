import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { AnswerFile } from '../../src/llm/answer-file.js';
import { askAll, type Respondent } from '../../src/llm/ask.js';
import { ChatEndpoint, type ChatRequest, type EndpointOptions } from '../../src/llm/chat-endpoint.js';
import { type Reply, StubEndpoint } from './stub-endpoint.js';

// Guards: an endpoint that is slow, busy, rude or dead loses no answer, gives no secret away, and is never asked twice.

const KEY = 'sk-secret-0123';
const folder = mkdtempSync(join(tmpdir(), 'moodtape-ask-'));
const stubs: StubEndpoint[] = [];
let files = 0;

afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function stubOf(
  reply: (content: string, number: number) => Reply | Promise<Reply>,
): Promise<StubEndpoint> {
  const stub = await StubEndpoint.start(({ messages }, number) => reply(messages[0]?.content ?? '', number));
  stubs.push(stub);
  return stub;
}

const newFile = () => join(folder, `answers-${files++}.ndjson`);

async function respondent(stub: StubEndpoint, file = newFile(), options: Partial<EndpointOptions> = {}) {
  const endpoint = new ChatEndpoint({ url: stub.url, key: KEY, pauseMs: 1, ...options });
  const answers = await AnswerFile.open(file);
  return { endpoint, answers, model: 'stub-7b', concurrency: 3 } satisfies Respondent;
}

const requests = (count: number): ChatRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    model: 'stub-7b',
    messages: [{ role: 'user', content: `question ${i}` }],
    temperature: 0,
    max_tokens: 16,
  }));
const answersTo = (asked: readonly ChatRequest[]) => asked.map((_, i) => `answer to question ${i}`);

describe('askAll', () => {
  it('gives the answers in the order of the questions, and asks no more at a time than it may', async () => {
    const waiting: (() => void)[] = [];
    const stub = await stubOf(async (content) => {
      // The later question is answered first.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 3) for (const go of waiting.splice(0).reverse()) go();
      });
      return `answer to ${content}`;
    });
    const counted: number[] = [];
    const asked = requests(9);
    const answers = await askAll(await respondent(stub), asked, { onAnswer: (n) => counted.push(n) });
    expect(answers).toEqual(answersTo(asked));
    expect(counted).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(stub.most).toBe(3);
    expect([...stub.authorizations]).toEqual([`Bearer ${KEY}`]);
  });

  it('asks again when the endpoint is busy, hangs up, or keeps silent', async () => {
    const asked = requests(4);
    const trouble: Reply[] = [{ status: 429, retryAfter: 0 }, { status: 503 }, 'hang up', 'silence'];
    const stub = await stubOf((content, number) => trouble[number - 1] ?? `answer to ${content}`);
    const patient = await respondent(stub, newFile(), { timeoutMs: 500 });
    expect(await askAll(patient, asked)).toEqual(answersTo(asked));
    expect(stub.questions).toHaveLength(8);
  });

  it('gives up after six attempts, and says what the endpoint said, without the key', async () => {
    const stub = await stubOf(() => ({ status: 500, body: { error: { message: `bad key ${KEY}` } } }));
    await expect(askAll(await respondent(stub), requests(1))).rejects.toMatchObject({
      code: 'MT_LLM',
      message: `the chat endpoint at ${stub.url} answers 500 bad key …`,
    });
    expect(stub.questions).toHaveLength(6);
  });

  it.each([
    ['a refusal', { status: 401, body: { error: 'who are you?' } }, /answers 401 who are you\?$/],
    [
      'another kind of server',
      { status: 200, body: { hello: 'world' } },
      /does not answer as a chat endpoint/,
    ],
  ])('takes %s at its word', async (_what, reply, message) => {
    const stub = await stubOf(() => reply);
    await expect(askAll(await respondent(stub), requests(1))).rejects.toThrow(message);
    expect(stub.questions).toHaveLength(1);
  });

  it('takes a refusal of one question for its answer, and of all for a failure', async () => {
    const asked = requests(20);
    const file = newFile();
    const picky = await stubOf((content) =>
      content.endsWith(' 0') ? { status: 400 } : `answer to ${content}`,
    );
    const answers = await askAll(await respondent(picky, file), asked);
    expect(answers[0]).toBe(`the chat endpoint at ${picky.url} answers 400`);
    expect(answers.slice(1)).toEqual(answersTo(asked).slice(1));
    expect(readFileSync(file, 'utf8')).not.toContain('400');

    const deaf = await stubOf(() => ({ status: 400 }));
    await expect(askAll(await respondent(deaf), asked)).rejects.toThrow(/answers 400$/);
    expect(deaf.questions.length).toBeLessThan(20);
    await expect(askAll(await respondent(deaf), requests(1))).rejects.toMatchObject({ code: 'MT_LLM' });
  });

  it('goes on after the endpoint has died, with what it had answered', async () => {
    const asked = requests(20);
    const file = newFile();
    const dying: StubEndpoint = await stubOf(async (content, number) => {
      if (number > 8) await dying.stop();
      return `answer to ${content}`;
    });
    const failure = askAll(await respondent(dying, file), asked);
    await expect(failure).rejects.toMatchObject({ code: 'MT_LLM' });
    const kept = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '').length;
    expect(kept).toBeGreaterThanOrEqual(5);

    appendFileSync(file, '{"key": "torn');
    const alive = await stubOf((content) => `answer to ${content}`);
    expect(await askAll(await respondent(alive, file), asked)).toEqual(answersTo(asked));
    expect(alive.questions).toHaveLength(20 - kept);
    // The line that was torn cost nothing but itself.
    expect(await askAll(await respondent(alive, file), asked)).toEqual(answersTo(asked));
    expect(alive.questions).toHaveLength(20 - kept);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const stub = await stubOf((content, number) => {
      if (number === 5) stop.abort();
      return number >= 5 ? 'silence' : `answer to ${content}`;
    });
    const stopped = askAll(await respondent(stub), requests(20), { stop: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'MT_INTERRUPTED' });
    await expect(askAll(await respondent(stub), requests(2), { stop: stop.signal })).rejects.toMatchObject({
      code: 'MT_INTERRUPTED',
    });
  });
});

describe('ChatEndpoint', () => {
  it('lists the models', async () => {
    const stub = await stubOf(() => '');
    expect(await lastValueFrom(new ChatEndpoint({ url: `${stub.url}/` }).models())).toEqual(['stub-7b']);
    expect([...stub.authorizations]).toEqual([undefined]);
  });

  it.each(['localhost:11434', 'ftp://host/v1', 'http://me:sk-secret@host/v1'])('refuses %s', (url) => {
    expect(() => new ChatEndpoint({ url })).toThrow(
      /^the chat endpoint is not an http or https URL without a user$/,
    );
  });
});
