import { map, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { singleFlight } from '../../src/flow/single-flight.js';

describe('singleFlight', () => {
  it('asks once for equal items under way, and again once they are answered', () => {
    const items = new Subject<{ key: string; n: number }>();
    const asked: { key: string; n: number }[] = [];
    const answers = new Subject<string>();
    const out: string[] = [];
    items
      .pipe(
        singleFlight(
          ({ key }) => key,
          (first) => {
            first.subscribe((item) => asked.push(item));
            return answers.pipe(
              map((key) => {
                const item = asked.findLast((one) => one.key === key);
                if (item === undefined) throw new Error(`nobody asked for ${key}`);
                return { item, answer: `score of ${key}` };
              }),
            );
          },
        ),
      )
      .subscribe(({ item, answer, shared }) => out.push(`${item.n}: ${answer}${shared ? ', shared' : ''}`));

    items.next({ key: 'a', n: 1 });
    items.next({ key: 'b', n: 2 });
    items.next({ key: 'a', n: 3 });
    expect(asked.map(({ n }) => n)).toEqual([1, 2]);
    answers.next('a');
    expect(out).toEqual(['1: score of a', '3: score of a, shared']);
    items.next({ key: 'a', n: 4 });
    expect(asked.map(({ n }) => n)).toEqual([1, 2, 4]);
    answers.next('b');
    answers.next('a');
    expect(out.slice(2)).toEqual(['2: score of b', '4: score of a']);
  });
});
