import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoodtapeError } from '../../src/errors.js';
import type { Score, TokenisedText } from '../../src/inference/engine.js';
import { EngineInUse } from '../../src/inference/engine-in-use.js';
import { Trial, type TrialBatch, type TrialTerms } from '../../src/inference/trial.js';
import { StubEngine, type StubOptions, stubScore } from '../flow/stub-engine.js';

const words = fc.string({ unit: fc.constantFrom(...'利好空涨跌停股市大盘'), minLength: 1, maxLength: 12 });

function trial(terms: TrialTerms, options: StubOptions = {}) {
  const live = new EngineInUse(new StubEngine({ workers: 2 }));
  const stub = new StubEngine({ model: { version: 'b' }, ...options });
  const told: TrialBatch[] = [];
  const subject = new Trial(new EngineInUse(stub), terms, (batch) => told.push(batch));
  const tokenised = (texts: readonly string[]) => texts.map((text) => live.engine.tokenise(text));
  const score = (...texts: string[]) => subject.score(tokenised(texts), live);
  return { subject, live, stub, told, tokenised, score };
}

const versionsOf = (scores: readonly { model: { version: string } }[]) =>
  scores.map(({ model }) => model.version);

describe('a canary', () => {
  it('scores its share, whatever a text stands beside, and each score says whose it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(words, { maxLength: 30 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (texts, share) => {
          const { subject, live, tokenised } = trial({ kind: 'canary', share });
          const batch = tokenised(texts);
          const scores = await subject.score(batch, live);
          const readers = batch.map((text) => subject.readerOf(text, live));
          expect(scores).toEqual(batch.map((text, i) => stubScore(text, readers[i])));
          for (const [i, text] of batch.entries()) {
            const [alone] = await subject.score([text], live);
            expect(alone).toEqual(scores[i]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leaves the texts of a batch that it fails on to the live model, and says so', async () => {
    const { told, score } = trial({ kind: 'canary', share: 1 }, { poison: (text) => text === '毒' });
    expect(versionsOf(await score('涨', '跌'))).toEqual(['b', 'b']);
    expect(versionsOf(await score('涨', '毒'))).toEqual(['stub-1', 'stub-1']);
    expect(versionsOf(await score('涨'))).toEqual(['b']);
    expect(told).toMatchObject([
      { kind: 'canary', version: 'b', texts: 2, failed: 0 },
      { texts: 0, failed: 2, error: { code: 'MT_INFERENCE' } },
      { texts: 1, failed: 0 },
    ]);
  });

  it('is not asked again when its device has failed', async () => {
    const before = async () => {
      throw new MoodtapeError('MT_DEVICE', 'no thread can start');
    };
    const { subject, live, stub, told, tokenised, score } = trial({ kind: 'canary', share: 1 }, { before });
    expect(versionsOf(await score('涨'))).toEqual(['stub-1']);
    expect(versionsOf(await score('跌'))).toEqual(['stub-1']);
    expect([stub.batches.length, told.length]).toEqual([1, 1]);
    expect(tokenised(['涨']).map((text) => subject.readerOf(text, live))).toEqual([live.engine.model]);
  });

  it('fails where the live model fails too', async () => {
    const live = new EngineInUse(new StubEngine({ poison: () => true }));
    const candidate = new EngineInUse(new StubEngine({ poison: () => true }));
    const both = new Trial(candidate, { kind: 'canary', share: 1 }, () => {});
    await expect(both.score([live.engine.tokenise('毒')], live)).rejects.toMatchObject({
      code: 'MT_INFERENCE',
    });
  });
});

describe('a shadow', () => {
  it('lets the live scores out, and compares its own with them', async () => {
    const { subject, live, told, tokenised } = trial({ kind: 'shadow', share: 1 });
    const texts = ['涨', '跌停', '大盘'];
    const batch = tokenised(texts);
    expect(batch.map((text) => subject.readerOf(text, live).version)).toEqual(texts.map(() => 'stub-1'));
    expect(await subject.score(batch, live)).toEqual(batch.map((text) => stubScore(text)));
    await subject.candidate.retire();
    expect(told).toEqual([{ kind: 'shadow', version: 'b', texts: 3, failed: 0, agreeing: 3, difference: 0 }]);
  });

  it('counts the labels that differ, and by how much the scores do', async () => {
    const says = (...probabilities: number[]) =>
      new (class extends StubEngine {
        override async score(batch: readonly TokenisedText[]): Promise<Score[]> {
          return batch.map((text) => ({ ...stubScore(text), probabilities }));
        }
      })();
    const told: TrialBatch[] = [];
    for (const [live, other] of [
      [says(0.1, 0.2, 0.7), says(0.7, 0.2, 0.1)],
      [says(0.1, 0.2, 0.7), says(0.1, 0.3, 0.6)],
    ] as const) {
      const candidate = new EngineInUse(other);
      const shadow = new Trial(candidate, { kind: 'shadow', share: 1 }, (batch) => told.push(batch));
      await shadow.score([live.tokenise('涨'), live.tokenise('跌')], new EngineInUse(live));
      await candidate.retire();
    }
    expect(told.map(({ texts, agreeing }) => [texts, agreeing])).toEqual([
      [2, 0],
      [2, 2],
    ]);
    expect(told[0]?.difference).toBeCloseTo(2 * 1.2, 10);
    expect(told[1]?.difference).toBeCloseTo(2 * 0.1, 10);
  });

  it('delays nobody: what comes while it is busy goes uncompared', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { subject, told, score } = trial({ kind: 'shadow', share: 1 }, { before: () => opened });
    for (const text of ['涨', '跌', '停']) expect(versionsOf(await score(text))).toEqual(['stub-1']);
    open();
    await subject.candidate.retire();
    expect(told).toMatchObject([{ texts: 1 }]);
  });

  it('does no harm by failing', async () => {
    const { subject, told, score } = trial({ kind: 'shadow', share: 1 }, { poison: () => true });
    expect(versionsOf(await score('涨'))).toEqual(['stub-1']);
    await subject.candidate.retire();
    expect(told).toMatchObject([{ texts: 0, failed: 1, error: { code: 'MT_INFERENCE' } }]);
    expect(subject.outcome).toEqual({ texts: 0, failed: 1, agreeing: 0, difference: 0 });
  });
});
