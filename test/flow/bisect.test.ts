import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import { scoreBisecting } from '../../src/flow/bisect.js';
import { StubEngine, stubScore } from './stub-engine.js';

describe('scoreBisecting', () => {
  it('blames exactly the texts that the model fails on, and scores all others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), async (bad) => {
        const engine = new StubEngine({ poison: (text) => text.startsWith('毒') });
        const texts = bad.map((poison, index) => engine.tokenise(`${poison ? '毒' : '好'}${index}`));
        const answers = await scoreBisecting(engine, texts);
        expect(answers.map((answer) => answer instanceof MoodtapeError)).toEqual(bad);
        for (const [index, answer] of answers.entries()) {
          if (answer instanceof MoodtapeError) expect(answer.code).toBe('MT_INFERENCE');
          else expect(answer).toEqual(stubScore(texts[index] ?? engine.tokenise('')));
        }
      }),
    );
  });

  it('asks the model once when nothing is wrong', async () => {
    const engine = new StubEngine();
    await scoreBisecting(
      engine,
      ['甲', '乙', '丙'].map((text) => engine.tokenise(text)),
    );
    expect(engine.batches).toEqual([['甲', '乙', '丙']]);
  });

  it('blames no text when the model fails on every one', async () => {
    const engine = new StubEngine({ poison: () => true });
    const scoring = scoreBisecting(
      engine,
      ['甲', '乙'].map((text) => engine.tokenise(text)),
    );
    await expect(scoring).rejects.toMatchObject({ code: 'MT_DEVICE' });
  });

  it('passes on errors that are not about a text', async () => {
    const gone = new MoodtapeError('MT_DEVICE', 'no workers left');
    const engine = new StubEngine({ before: () => Promise.reject(gone) });
    await expect(scoreBisecting(engine, [engine.tokenise('甲')])).rejects.toBe(gone);
  });
});
