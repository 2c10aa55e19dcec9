import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_TEXT, hashOf, type Route, routeOf } from '../../../src/dashboard/page/route.js';

describe('a route', () => {
  it('is the same again from its hash', () => {
    const search = fc.record({
      ...{ q: fc.string(), symbol: fc.string(), domain: fc.string() },
      ...{ label: fc.string(), from: fc.string(), to: fc.string() },
    });
    const route = fc.oneof(
      fc.constantFrom<Route>(
        { page: 'market' },
        { page: 'symbols' },
        { page: 'models' },
        { page: 'pipeline' },
      ),
      fc.stringMatching(/^[\w.-]{1,32}$/).map((symbol): Route => ({ page: 'symbol', symbol })),
      search.map((fields): Route => ({ page: 'texts', search: fields })),
    );
    fc.assert(
      fc.property(route, (to) => {
        expect(routeOf(hashOf(to))).toEqual(to);
      }),
    );
  });

  it.each([
    ['', { page: 'market' }],
    ['#/nowhere', { page: 'market' }],
    ['#/symbols/', { page: 'symbols' }],
    ['#/symbols/<script>', { page: 'symbols' }],
    ['#/texts?evil=1', { page: 'texts', search: ANY_TEXT }],
  ])('of %j leads somewhere', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });
});
