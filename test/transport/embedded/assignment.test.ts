import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../src/transport/embedded/assignment.js';

const partitions = (topic: string, count: number, firstId = 0) =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition, id: firstId + partition }));

describe('assign', () => {
  it('deals out every partition evenly, whatever the order of members and partitions', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 40 }),
        (ids, count) => {
          const all = partitions('t', count);
          const members = new Map(ids.map((id) => [id, { topics: ['t'] }]));
          const owners = assign(members, all);
          const shares = ids.map((id) => [...owners.values()].filter((owner) => owner === id).length);
          expect(owners.size).toBe(count);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          expect(assign(new Map([...members].reverse()), [...all].reverse())).toEqual(owners);
        },
      ),
    );
  });

  it('gives a partition only to members that read its topic', () => {
    const members = new Map([
      ['a', { topics: ['one'] }],
      ['b', { topics: ['one', 'two'] }],
    ]);
    const owners = assign(members, [...partitions('one', 2), ...partitions('two', 2, 2)]);
    expect([owners.get(2), owners.get(3)]).toEqual(['b', 'b']);
    expect(new Set([owners.get(0), owners.get(1)])).toEqual(new Set(['a', 'b']));
    expect(assign(new Map(), partitions('one', 2)).size).toBe(0);
  });
});
