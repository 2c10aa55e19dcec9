import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../src/config.js';
import { lintTopology } from '../../src/topology/lint.js';
import { topologyJsonSchema, topologyReference } from '../../src/topology/reference.js';
import { COMPONENTS } from '../../src/topology/topology.js';

const read = (...path: string[]) => readFileSync(packagePath(...path), 'utf8');
const yamlFiles = (folder: string) =>
  readdirSync(packagePath(folder)).filter((file) => file.endsWith('.yaml'));

describe('the generated files', () => {
  it('hold what `npm run generate` would write', () => {
    expect(read('config', 'topology.schema.json')).toBe(`${topologyJsonSchema()}\n`);
    expect(read('docs', 'topology.md')).toBe(`${topologyReference()}\n`);
  });

  it.each(COMPONENTS)('show an example of $key $kind that passes the lint', ({ key, example }) => {
    const others = new Map(COMPONENTS.map((component) => [component.key, component.example]));
    const text = `name: all\n${[...others.set(key, example).values()].join('')}`;
    expect(lintTopology(text).messages).toEqual([]);
  });
});

describe('the topologies that come with the package', () => {
  it.each(yamlFiles('topologies'))('%s passes the lint, with each profile too', (file) => {
    const text = read('topologies', file);
    expect(lintTopology(text, { files: true }).messages).toEqual([]);
    for (const name of yamlFiles('config')) {
      const profile = { file: name, text: read('config', name) };
      expect(lintTopology(text, { profile }).messages).toEqual([]);
    }
  });
});
