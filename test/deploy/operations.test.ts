import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/config.js';
import { exportedSeries, metricOf, ownMetrics } from './exported.js';
import { parseQuery } from './promql.js';

const page = readFileSync(packagePath('docs', 'operations.md'), 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe('docs/operations.md', () => {
  it('lists every metric, and none that there is not', () => {
    const named = inCode.filter((code) => /^moodtape_\w+$/.test(code)).map(metricOf);
    expect([...new Set(named)].sort()).toEqual(ownMetrics());
  });

  it('has queries that Prometheus understands and that find something', () => {
    const queries = inCode.filter((code) => /^(sum|absent|nodejs_\w+ [<>])/.test(code));
    expect(queries.length).toBeGreaterThan(3);
    for (const query of queries) {
      for (const { metric } of parseQuery(query).selectors) {
        expect([...exportedSeries().keys()], query).toContain(metric);
      }
    }
  });
});
