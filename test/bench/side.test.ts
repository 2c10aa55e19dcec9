import { expect, it } from 'vitest';
import { compare, inTurns, Side } from '../../src/bench/side.js';

it('measures the sides in turn, another one first in each round, after once that does not count', async () => {
  const order: string[] = [];
  const side = (name: string) => new Side(name, async () => order.push(name));
  const sides = [side('a'), side('b'), side('c')];
  const rounds: number[] = [];
  await inTurns(3, sides, (done) => rounds.push(done));
  expect(order.join('')).toBe('abcabcbcacab');
  expect(rounds).toEqual([1, 2, 3]);
  expect(sides.map(({ measured }) => measured)).toEqual([
    [4, 9, 11],
    [5, 7, 12],
    [6, 8, 10],
  ]);
});

it('compares medians, and takes the ratio within the rounds: a slow round slows both', () => {
  const ours = { name: 'ours', measured: [10, 1, 12] };
  const peer = { name: 'peer', measured: [5, 0.5, 4] };
  expect(compare(ours, peer, 'texts/s')).toEqual({
    subject: 'ours',
    against: 'peer',
    ours: 10,
    peer: 4,
    ratio: 2,
    unit: 'texts/s',
  });
});
