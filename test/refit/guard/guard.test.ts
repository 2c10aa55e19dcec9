import { beforeAll, describe, expect, it } from 'vitest';
import { judgeLabels, type Suspect } from '../../../src/refit/guard/guard.js';
import { NgramClassifier, ngramFeatures } from '../../../src/refit/guard/ngram-classifier.js';
import { argmax } from '../../../src/training/metrics.js';
import { derive, shuffle } from '../../../src/training/random.js';
import { type DemoLabel, demoLabels } from '../demo-labels.js';

/**
 * Guards what the guard is for, on the texts of the demo feed: labels that are turned round are held, whoever gives them; but
 * what forum posts mean to people gets past a model that has read news alone.
 */

/** A label that came, and whether it is right. */
interface Given extends Suspect {
  readonly right: boolean;
}

const LABELS = 3;
/** News that the model learned from, and labels that are judged together. */
const [LEARNED, TOGETHER] = [120, 64];

let forum: DemoLabel[] = [];
/** News that was labelled before, by others. */
let before: Given[] = [];
let model: NgramClassifier;

const votesOn = (text: string) => [model.probabilities(ngramFeatures(text))];

beforeAll(async () => {
  const all = await demoLabels();
  const of = (domain: string) =>
    shuffle(
      all.filter((one) => one.domain === domain),
      derive(1, domain),
    );
  const news = of('news');
  forum = of('forum');
  const examples = news.map(({ text, label }) => ({ features: ngramFeatures(text), label }));
  model = NgramClassifier.learn(examples.slice(0, LEARNED), LABELS, 1);
  before = news.slice(LEARNED).map((one) => ({
    ...{ ...one, annotator: 'desk', votes: votesOn(one.text) },
    ...{ standing: 'kept', right: true },
  }));
});

/** Forum posts labelled by people who take turns; the last of them turns a share of the labels round. */
function forumLabels(annotators: readonly string[], share: number): Given[] {
  const next = derive(3, 'flips');
  return forum.map(({ text, domain, label }, i) => {
    const who = i % annotators.length;
    const right = who < annotators.length - 1 || next() >= share;
    const other = label === 1 ? 2 * Math.round(next()) : 2 - label;
    return {
      ...{ text, domain, label: right ? label : other, annotator: annotators[who] ?? '' },
      ...{ votes: votesOn(text), standing: 'new', right },
    };
  });
}

/** Judges labels as they come, some at a time. */
async function judged(stream: readonly Given[]): Promise<Given[]> {
  let seen = before;
  for (let start = 0; start < stream.length; start += TOGETHER) {
    seen = [...seen, ...stream.slice(start, start + TOGETHER)];
    const verdicts = await judgeLabels(seen, LABELS);
    seen = seen.map((one, i) => ({ ...one, standing: verdicts[i] ?? 'kept' }));
  }
  return seen;
}

const isHeld = ({ standing }: Given) => standing === 'annotator' || standing === 'text';
const shareHeld = (labels: readonly Given[]) => labels.filter(isHeld).length / labels.length;

describe('judgeLabels', () => {
  it('lets a real shift through: labels that the model gets wrong half of the time', async () => {
    const wrong = forum.filter(({ text, label }) => argmax(votesOn(text)[0] ?? []) !== label);
    expect(wrong.length / forum.length).toBeGreaterThan(0.4);
    expect(shareHeld(await judged(forumLabels([''], 0)))).toBeLessThan(0.03);
    expect(shareHeld(await judged(forumLabels(['a', 'b', 'c'], 0)))).toBeLessThan(0.03);
  });

  it.each([
    ['alone', ['']],
    ['among others', ['a', 'b', 'c']],
  ])('holds all labels of somebody who turns them round (%s)', async (_, annotators) => {
    const labels = await judged(forumLabels(annotators, 1));
    expect(shareHeld(labels.filter(({ right }) => !right))).toBe(1);
    expect(shareHeld(labels.filter(({ right }) => right))).toBeLessThan(0.03);
  });

  it('finds most of the wrong labels of a careless annotator where the models know the texts', async () => {
    const labels = await judged(
      forumLabels(['a', 'b', 'c'], 0.3).map((one, i) => ({ ...one, votes: [forum[i]?.probabilities ?? []] })),
    );
    expect(shareHeld(labels.filter(({ right }) => !right))).toBeGreaterThan(0.5);
    expect(shareHeld(labels.filter(({ right }) => right))).toBeLessThan(0.05);
  });

  it('leaves alone what a person has let through, and leaves to a person what a distrusted annotator said', async () => {
    const flipped = forumLabels([''], 1);
    const reviewed = flipped.slice(0, 10).map((one): Given => ({ ...one, standing: 'reviewed' }));
    const held = flipped.slice(10, 20).map((one): Given => ({ ...one, standing: 'annotator' }));
    const right = forumLabels([''], 0).slice(20);
    const verdicts = await judgeLabels([...before, ...reviewed, ...held, ...right], LABELS);
    expect(verdicts.slice(before.length, before.length + 20)).toEqual([
      ...reviewed.map(() => undefined),
      ...held.map(() => 'annotator'),
    ]);
  });

  it('lets a label through that was held for its text when others like it come', async () => {
    const slang = (text: string, label: number, standing: Suspect['standing']): Given => ({
      ...{ text, domain: 'forum', label, annotator: '', standing, right: true },
      votes: [[0.03, 0.02, 0.95]],
    });
    const known = Array.from({ length: 40 }, (_, i) => slang(`涨停板${i}号`, 2, 'kept'));
    const first = slang('涨停板上吃面', 0, 'new');
    const [alone] = (await judgeLabels([...known, first], LABELS)).slice(known.length);
    expect(alone).toBe('text');
    const more = Array.from({ length: 25 }, (_, i) => slang(`又吃面了，关灯吃面${i}`, 0, 'new'));
    const together = await judgeLabels([...known, { ...first, standing: 'text' }, ...more], LABELS);
    expect(together[known.length]).toBeUndefined();
  });
});
