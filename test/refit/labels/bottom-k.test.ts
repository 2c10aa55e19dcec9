import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Environment } from '../../../src/environment.js';
import { BottomK } from '../../../src/refit/labels/bottom-k.js';
import { chanceOf } from '../../../src/refit/labels/text-identity.js';

/** Guards what the buffer rests on: of each cell the lowest ranks, whatever the order, and each text as likely as any other. */

const folder = mkdtempSync(join(tmpdir(), 'moodtape-bottom-k-'));
const environment = Environment.open(folder, 'MT_LABELS');
afterAll(async () => {
  await environment.close();
  rmSync(folder, { recursive: true, force: true });
});

let samples = 0;
const newSample = (capacity: number) => new BottomK(environment, `sample-${samples++}`, capacity);

interface Text {
  readonly key: string;
  readonly rank: number;
}
const texts = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 })
  .map((ranks) => ranks.map((rank): Text => ({ key: `t${rank}`, rank: rank / 7 })));
const capacities = fc.integer({ min: 1, max: 12 });
const lowest = (all: readonly Text[], count: number) =>
  [...all]
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ key }) => key);

describe('BottomK', () => {
  it('has the lowest ranks of each cell, in whatever order they come, and says which had to go', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, capacities, async (one, other, capacity) => {
        const sample = newSample(capacity);
        const gone = await environment.write(() => [
          ...one.flatMap(({ key, rank }) => sample.put('one', rank, key)),
          ...other.flatMap(({ key, rank }) => sample.put('other', rank, key).map(() => 'other')),
        ]);
        expect(sample.keys('one')).toEqual(lowest(one, capacity));
        expect(sample.keys('other')).toEqual(lowest(other, capacity));
        const kept = new Set(sample.keys('one'));
        const ofOne = gone.filter((key) => key !== 'other').sort();
        expect(ofOne).toEqual(one.flatMap(({ key }) => (kept.has(key) ? [] : key)).sort());
      }),
      { numRuns: 50 },
    );
  });

  it('lets no later text take the place of one that was taken out', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(fc.nat()),
        texts,
        capacities,
        async (first, choices, second, capacity) => {
          const sample = newSample(capacity);
          const known = new Set(first.map(({ rank }) => rank));
          const later = second.filter(({ rank }) => !known.has(rank));
          const out = new Set(choices.flatMap((choice) => first[choice % Math.max(1, first.length)] ?? []));
          await environment.write(() => {
            for (const { key, rank } of first) sample.put('', rank, key);
            for (const { key, rank } of out) sample.remove('', rank, key);
            for (const { key, rank } of later) sample.put('', rank, key);
          });
          // Had the texts that were taken out stayed, these would be the lowest: the others of them must be there.
          const without = lowest([...first, ...later], capacity).filter(
            (key) => ![...out].some((text) => text.key === key),
          );
          expect(sample.keys('').slice(0, without.length)).toEqual(without);
          const limit =
            first.map(({ rank }) => rank).sort((a, b) => a - b)[capacity] ?? Number.POSITIVE_INFINITY;
          const ranks = new Map([...first, ...later].map(({ key, rank }) => [key, rank]));
          for (const key of sample.keys('')) expect(ranks.get(key)).toBeLessThan(limit);
          expect(sample.sizes().get('') ?? 0).toBe(sample.keys('').length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is a reservoir with ranks by chance: early and late texts are equally likely to be in it', async () => {
    const [count, capacity, runs] = [60, 15, 200];
    const taken = new Array<number>(count).fill(0);
    for (let seed = 0; seed < runs; seed++) {
      const sample = newSample(capacity);
      await environment.write(() => {
        for (let i = 0; i < count; i++) sample.put('', chanceOf(`text ${i}`, seed).rank, String(i));
      });
      for (const key of sample.keys('')) taken[Number(key)] = (taken[Number(key)] ?? 0) + 1;
    }
    // Each is binomial with share 1/4: 50 expected, deviation 6.1.
    expect(Math.min(...taken)).toBeGreaterThan(50 - 4.5 * 6.1);
    expect(Math.max(...taken)).toBeLessThan(50 + 4.5 * 6.1);
    const half = (from: number) => taken.slice(from, from + count / 2).reduce((sum, n) => sum + n, 0);
    expect(Math.abs(half(0) - half(count / 2))).toBeLessThan(0.05 * runs * capacity);
  });
});
