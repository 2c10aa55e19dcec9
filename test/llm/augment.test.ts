import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../src/codec/sentiment.js';
import { AnswerFile } from '../../src/llm/answer-file.js';
import { augment } from '../../src/llm/augment.js';
import { ChatEndpoint } from '../../src/llm/chat-endpoint.js';
import { sameFacts } from '../../src/llm/facts.js';
import { Synonyms } from '../../src/llm/synonyms.js';
import type { Example } from '../../src/training/dataset.js';
import { StubEndpoint } from './stub-endpoint.js';

// Guards: a reworded text is another text with the same label and the same facts, whoever reworded it.

const folder = mkdtempSync(join(tmpdir(), 'moodtape-augment-'));
let synonyms: Synonyms;
beforeAll(async () => {
  synonyms = await Synonyms.load();
});
afterAll(() => rmSync(folder, { recursive: true }));

const example = (id: number, text: string, label = id % 3): Example => ({
  id: String(id),
  text,
  label,
  domain: 'forum',
  source: 'guba',
});

describe('augment', () => {
  it('keeps label, domain, numbers and symbols, changes the text, and follows its seed', async () => {
    const texts = fc.array(
      fc
        .tuple(
          fc.nat(2),
          fc.constantFrom('大盘', 'SH600519', '补仓'),
          fc.constantFrom('大涨', '看空', '了'),
          fc.nat(999),
        )
        .map(([label, who, what, number]) => ({ label, text: `${who}${what}${number}%` })),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (rows, seed, share) => {
          const examples = rows.map(({ text, label }, i) => example(i, text, label));
          const { reworded } = await augment(examples, LABELS, synonyms, { share, seed });
          const swappable = rows.filter(({ text }) => !text.includes('了')).length;
          expect(reworded).toHaveLength(Math.min(Math.round(share * rows.length), swappable));
          for (const text of reworded) {
            const original = examples.find(({ id }) => text.id === `${id}-synonyms`);
            expect(text).toMatchObject({ label: original?.label, domain: 'forum', source: 'synonyms' });
            expect(text.text).not.toBe(original?.text);
            expect(sameFacts(text.text, original?.text ?? '')).toBe(true);
          }
          expect((await augment(examples, LABELS, synonyms, { share, seed })).reworded).toEqual(reworded);
        },
      ),
    );
  });

  it('has a model reword the others, and leaves out what changes a fact', async () => {
    const answers: Record<string, string> = {
      大概率平盘: '<think>嗯</think>“多半走平”',
      涨停10个板: '涨停20个板',
      补仓补到600519心累: '补仓补到心累',
      没人接盘: '没人接盘',
      主力太坏: `改写：主力${'坏'.repeat(40)}`,
    };
    const stub = await StubEndpoint.start(({ messages }) => {
      const content = messages[0]?.content ?? '';
      return answers[/原文：(.*)/.exec(content)?.[1] ?? ''] ?? '？';
    });
    const respondent = {
      endpoint: new ChatEndpoint({ url: stub.url }),
      model: 'stub-7b',
      answers: await AnswerFile.open(join(folder, 'answers.ndjson')),
      concurrency: 2,
    };
    const examples = [...Object.keys(answers), '大盘大涨'].map((text, i) => example(i, text, 1));
    const { reworded, unusable } = await augment(examples, LABELS, synonyms, {
      share: 0.5,
      seed: 1,
      respondent,
    });
    await stub.stop();
    expect(reworded.map(({ id, text, label }) => [id, text, label])).toEqual([
      ['0-llm', '多半走平', 1],
      ['5-synonyms', expect.stringMatching(/^大盘(?:飙升|暴涨|猛涨)$/), 1],
    ]);
    expect(unusable).toBe(4);
    expect(stub.questions[0]).toMatchObject({ seed: 1, temperature: 0.7 });
    expect(stub.questions[0]?.messages[0]?.content).toContain('情绪倾向（中性）');
  });
});
