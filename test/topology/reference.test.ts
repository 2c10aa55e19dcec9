import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/config.js';
import { lintTopology } from '../../src/topology/lint.js';
import { topologyJsonSchema, topologyReference } from '../../src/topology/reference.js';
import { COMPONENTS } from '../../src/topology/topology.js';

const read = (...path: string[]) => readFileSync(packagePath(...path), 'utf8');

describe('the generated files', () => {
  it('hold what `npm run generate` would write', () => {
    expect(read('config', 'topology.schema.json')).toBe(`${topologyJsonSchema()}\n`);
    expect(read('docs', 'topology.md')).toBe(`${topologyReference()}\n`);
  });

  it('show examples that pass the lint', () => {
    const needed = new Map(COMPONENTS.map(({ key, example }) => [key, example]));
    const text = `name: all\n${[...needed.values()].join('')}`;
    expect(lintTopology(text).messages).toEqual([]);
  });
});

describe('the topologies that come with the package', () => {
  it.each(['demo.yaml'])('%s passes the lint', (file) => {
    expect(lintTopology(read('topologies', file)).messages).toEqual([]);
  });
});
