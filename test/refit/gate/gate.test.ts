import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionMetrics, gateSettingsSchema, type JudgedText, judge } from '../../../src/refit/gate/gate.js';
import { random } from '../../../src/training/random.js';

// Guards: nothing is promoted that is not better, and nothing that is better on the stream alone and worse elsewhere.

const settings = gateSettingsSchema.parse({});

const saying = (right: boolean) => ({ label: 0, probabilities: right ? [0.9, 0.1] : [0.1, 0.9] });
const judged = (incumbent: boolean, candidate: boolean, domain = 'forum'): JudgedText => ({
  domain,
  incumbent: saying(incumbent),
  candidate: saying(candidate),
});

/** Texts on which both are right, both are wrong, only the candidate is right, or only the incumbent. */
function texts(
  counts: { both?: number; neither?: number; gained?: number; lost?: number },
  domain = 'forum',
) {
  const { both = 0, neither = 0, gained = 0, lost = 0 } = counts;
  const many = (n: number, incumbent: boolean, candidate: boolean) =>
    Array.from({ length: n }, () => judged(incumbent, candidate, domain));
  return [
    ...many(both, true, true),
    ...many(neither, false, false),
    ...many(gained, false, true),
    ...many(lost, true, false),
  ];
}

const probabilities = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => ({ label: 1, probabilities: values }));
const sameText = fc
  .tuple(fc.constantFrom('news', 'forum'), probabilities)
  .map(([domain, prediction]): JudgedText => ({ domain, incumbent: prediction, candidate: prediction }));

describe('the gate', () => {
  it('never promotes a candidate that says what the incumbent says', () => {
    const same = fc.array(sameText, { maxLength: 60 });
    const margins = fc.record({
      margin: fc.constantFrom(0, 0.01),
      goldenMargin: fc.constantFrom(0, 0.02, 1),
      domainMargin: fc.constantFrom(0, 0.03, 1),
      domainTexts: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(same, same, margins, (holdout, golden, given) => {
        expect(judge(holdout, golden, given).promote).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  // The bootstrap alone promotes 6 % of candidates that differ in four texts: 4 to 0 comes up once in 16 times.
  it.each([
    [4, 0],
    [12, 0],
    [12, 20],
  ])(
    'promotes one in forty that are no better, at most, when %i texts and %i golden ones differ',
    (differing, also) => {
      const next = random(differing);
      const trials = 600;
      let promoted = 0;
      for (let trial = 0; trial < trials; trial++) {
        const [holdout, golden] = [differing, also].map((count) => {
          const gained = Array.from({ length: count }).filter(() => next() < 0.5).length;
          return texts({ both: 30, neither: 10, gained, lost: count - gained });
        });
        const margins = { ...settings, goldenMargin: 1, domainMargin: 1 };
        if (judge(holdout ?? [], golden ?? [], margins).promote) promoted++;
      }
      const threeDeviations = 3 * Math.sqrt(trials * 0.025 * 0.975);
      expect(promoted).toBeLessThanOrEqual(trials * 0.025 + threeDeviations);
    },
  );

  const better = texts({ both: 120, neither: 40, gained: 30, lost: 10 });

  it('promotes what is surely better on the stream', () => {
    const { promote, reason, holdout, domains } = judge(better, [], settings);
    expect({ promote, reason }).toEqual({
      promote: true,
      reason: expect.stringMatching(/^better on the holdout: \+10\.00 points/),
    });
    expect(holdout).toMatchObject({
      texts: 200,
      incumbent: 0.65,
      candidate: 0.75,
      onlyCandidate: 30,
      onlyIncumbent: 10,
    });
    expect(Object.keys(domains)).toEqual(['forum']);
  });

  describe('with a holdout too small to be sure', () => {
    const maybe = texts({ both: 150, neither: 44, gained: 4, lost: 2 });
    const slightly = texts({ both: 800, neither: 130, gained: 50, lost: 20 });

    it('lets the golden texts of its domains speak for it', () => {
      expect(judge(maybe, [], settings).promote).toBe(false);
      const { promote, reason, stream } = judge(maybe, slightly, settings);
      expect({ promote, reason }).toEqual({
        promote: true,
        reason: expect.stringMatching(/^better on the holdout: \+1\.00 points/),
      });
      expect(stream).toMatchObject({ texts: 1200, onlyCandidate: 54, onlyIncumbent: 22 });
    });

    it('takes no word from other domains', () => {
      const others = slightly.map((text) => ({ ...text, domain: 'news' }));
      const { promote, stream } = judge(maybe, others, settings);
      expect({ promote, stream }).toEqual({ promote: false, stream: undefined });
    });

    it('asks the holdout itself to be better', () => {
      const even = texts({ both: 150, neither: 44, gained: 3, lost: 3 });
      expect(judge(even, slightly, settings).promote).toBe(false);
    });
  });

  it('asks for more than the margin', () => {
    const { promote, reason, holdout } = judge(better, [], { ...settings, margin: 0.06 });
    expect(holdout.interval[0]).toBeLessThan(0.06);
    expect({ promote, reason }).toEqual({
      promote: false,
      reason: expect.stringContaining('not surely better'),
    });
  });

  it('refuses what may be worse on the golden set by more than its margin', () => {
    const few = texts({ both: 950, neither: 40, gained: 5, lost: 5 }, 'news');
    expect(judge(better, few, settings).promote).toBe(true);
    const many = texts({ both: 950, neither: 5, gained: 5, lost: 40 }, 'news');
    const { promote, reason } = judge(better, many, { ...settings, domainMargin: 1 });
    expect({ promote, reason }).toEqual({
      promote: false,
      reason: expect.stringContaining('the golden set'),
    });
  });

  it('refuses what may be worse on one domain, where there are texts enough to tell', () => {
    const worse = texts({ both: 80, lost: 19, gained: 1 }, 'news');
    const golden = [...worse, ...texts({ both: 900, gained: 100 })];
    const { promote, reason, domains } = judge(better, golden, settings);
    expect({ promote, reason }).toEqual({ promote: false, reason: expect.stringContaining('domain news') });
    expect(domains.news).toMatchObject({ texts: 100, onlyCandidate: 1, onlyIncumbent: 19 });
    const unjudged = judge(better, golden, { ...settings, domainTexts: 101 });
    expect(unjudged).toMatchObject({ promote: true, domains: { forum: expect.anything() } });
    expect(unjudged.domains.news).toBeUndefined();
  });

  it('refuses without a text to judge by', () => {
    expect(judge([], [], settings)).toMatchObject({
      promote: false,
      reason: expect.stringContaining('no texts'),
    });
  });

  it('gives every number a name of its own', () => {
    const metrics = decisionMetrics(judge(better, texts({ both: 200 }, 'news'), settings));
    expect(metrics).toMatchObject({
      'holdout.texts': 200,
      'holdout.difference': 0.1,
      'golden.candidate': 1,
      'domain.news.low': 0,
      'domain.forum.onlyIncumbent': 10,
    });
    for (const value of Object.values(metrics)) expect(value).toSatisfy(Number.isFinite);
  });
});
