import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabelledText } from '../../../src/codec/label.js';
import type { Label } from '../../../src/codec/sentiment.js';
import { LabelBuffer } from '../../../src/refit/labels/buffer.js';
import type { ArrivedLabel } from '../../../src/refit/labels/buffered-label.js';
import { chanceOf } from '../../../src/refit/labels/text-identity.js';
import { labelPolls, settlementOf } from '../label-stream.js';
import { contentsOf, SMALL } from './small-buffer.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-buffer-'));
const open: LabelBuffer<number>[] = [];
afterAll(async () => {
  await Promise.all(open.map((buffer) => buffer.close()));
  rmSync(folder, { recursive: true, force: true });
});

function newBuffer(name = String(open.length)): LabelBuffer<number> {
  const buffer = LabelBuffer.open<number>(join(folder, name), SMALL);
  open.push(buffer);
  return buffer;
}

const labelled = (text: string, label: Label = '利好'): LabelledText => ({
  id: text,
  text,
  domain: 'forum',
  label,
  labelledAt: 0,
});
const poll = (from: number, values: readonly LabelledText[]) => ({
  topic: 'labels',
  partition: 0,
  entries: values.map((value, i) => ({ offset: BigInt(from + i), value })),
});
const kept = (waiting: readonly ArrivedLabel[]) =>
  waiting.map((one) => ({ label: { ...one, votes: [] }, suspicion: undefined }));
const held = (waiting: readonly ArrivedLabel[]) =>
  waiting.map((one) => ({ label: { ...one, votes: [] }, suspicion: 'text' as const }));
const textsOf = (labels: readonly { readonly text: string }[]) => labels.map(({ text }) => text).sort();
/** Texts on either side of the division. */
const side = (holdout: boolean, count: number) =>
  Array.from({ length: 1000 }, (_, i) => `文 ${i}`)
    .filter((text) => chanceOf(text, SMALL.seed).side < SMALL.holdoutShare === holdout)
    .slice(0, count);

describe('LabelBuffer', () => {
  it('takes no notice of labels that come again, in whatever polls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), fc.array(fc.nat(14)), async (seed, again) => {
        const polls = labelPolls(seed, 15);
        const [once, repeated] = [newBuffer(), newBuffer()];
        for (const [i, one] of polls.entries()) {
          await once.add(one);
          await repeated.add(one);
          for (const j of again) if (j <= i) expect(await repeated.add(polls[j] ?? one)).toBe(0);
          for (const buffer of [once, repeated]) {
            const waiting = buffer.waiting(10);
            await buffer.settle(waiting.map(settlementOf), (buffer.memory() ?? 0) + waiting.length);
          }
        }
        expect(contentsOf(repeated)).toEqual(contentsOf(once));
      }),
      { numRuns: 5 },
    );
  });

  it('keeps texts of the holdout from those to learn from, for ever, and about as many as it should', async () => {
    const buffer = newBuffer();
    for (const one of labelPolls(3, 200)) await buffer.add(one);
    await buffer.settle(buffer.waiting(10_000).map(settlementOf), 0);
    const learn = new Set(textsOf(buffer.sample(10_000)));
    const holdout = textsOf(buffer.holdout());
    expect(holdout.length).toBe(2 * SMALL.holdoutPerDomain);
    expect(holdout.filter((text) => learn.has(text))).toEqual([]);
    const share = Array.from({ length: 5000 }, (_, i) => chanceOf(String(i), 9).side).filter((s) => s < 0.1);
    expect(share.length / 5000).toBeCloseTo(0.1, 1);
  });

  it('is bounded: so many of each label of each domain, half of a sample the latest', async () => {
    const buffer = newBuffer();
    for (const one of labelPolls(4, 400)) await buffer.add(one);
    await buffer.settle(buffer.waiting(10_000).map(settlementOf), 0);
    const { learn, held: waiting } = buffer.counts();
    expect(Object.keys(learn)).toHaveLength(6);
    for (const count of Object.values(learn)) {
      expect(count).toBeLessThanOrEqual(2 * SMALL.perCell);
      expect(count).toBeGreaterThan(SMALL.perCell);
    }
    expect(waiting).toBe(SMALL.heldAtMost);
    const cells = buffer.sample(24).map(({ domain, label }) => `${domain} ${label}`);
    for (const cell of Object.keys(learn)) expect(cells.filter((one) => one === cell)).toHaveLength(4);
  });

  it('lets a later label of a text take the place of the earlier, in another class too', async () => {
    const buffer = newBuffer();
    const [text = ''] = side(false, 1);
    await buffer.add(poll(0, [labelled(text), labelled(text, '利空')]));
    await buffer.settle(kept(buffer.waiting(10)), 0);
    expect(buffer.sample(10).map((one) => one.label)).toEqual(['利空']);
    expect(buffer.counts().learn).toEqual({ 'forum 利好': 0, 'forum 利空': 1 });
  });

  it('holds a later label without giving up the one that was kept', async () => {
    const buffer = newBuffer();
    const [text = ''] = side(false, 1);
    await buffer.add(poll(0, [labelled(text)]));
    await buffer.settle(kept(buffer.waiting(10)), 0);
    await buffer.add(poll(1, [labelled(text, '利空')]));
    await buffer.settle(held(buffer.waiting(10)), 0);
    expect(buffer.sample(10).map((one) => one.label)).toEqual(['利好']);
    expect(buffer.held().map((one) => one.label)).toEqual(['利空']);
  });

  it('lists held labels, lets some through and forgets others, also from another process’s point of view', async () => {
    const path = String(open.length);
    const buffer = newBuffer(path);
    const reviewer = newBuffer(path);
    const [one = '', two = '', three = ''] = side(false, 3);
    await buffer.add(poll(0, [labelled(one), labelled(two), labelled(three)]));
    await buffer.settle(held(buffer.waiting(10)), 0);
    const numbers = new Map(reviewer.held().map(({ text, number }) => [text, number]));
    expect([...numbers.keys()]).toEqual([three, two, one]);

    expect(await reviewer.release([numbers.get(one) ?? 0, 999])).toBe(1);
    expect(await reviewer.drop([numbers.get(two) ?? 0])).toBe(1);
    expect(buffer.held().map(({ text }) => text)).toEqual([three]);
    const [released] = buffer.waiting(10);
    expect(released).toMatchObject({ text: one, reviewed: true, number: 1 });
    await buffer.settle(kept(buffer.waiting(10)), 0);
    expect(textsOf(buffer.sample(10))).toEqual([one]);
  });

  it('passes over a label that somebody has dropped while it was judged', async () => {
    const buffer = newBuffer();
    const [one = ''] = side(false, 1);
    await buffer.add(poll(0, [labelled(one)]));
    await buffer.settle(held(buffer.waiting(10)), 0);
    const [suspect] = buffer.held();
    if (suspect === undefined) throw new Error('nothing is held');
    await buffer.drop([suspect.number]);
    await buffer.settle([{ label: suspect, suspicion: undefined }], 1);
    expect(buffer.counts()).toMatchObject({ held: 0, waiting: 0, learn: {} });
    expect(buffer.memory()).toBe(1);
  });
});
