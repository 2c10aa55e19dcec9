import { expect, it } from 'vitest';
import { lintTopology } from '../../src/topology/lint.js';
import { addressOf, withoutSecrets } from '../../src/topology/shown.js';
import type { Topology } from '../../src/topology/topology.js';

function topology(text: string, variables = {}): Topology {
  const { topology: found, messages } = lintTopology(text, { variables });
  if (found === undefined) throw new Error(JSON.stringify(messages));
  return found;
}

it('shows a topology without its passwords, from wherever they come', () => {
  const text = `name: desk
log: { kind: kafka, brokers: ["k1:9092", "k2:9092"] }
registry: { url: "https://reader:hunter2@registry:8081/" }
view: { kind: redis }
`;
  const full = topology(text, {
    MOODTAPE_KAFKA_USERNAME: 'desk',
    MOODTAPE_KAFKA_PASSWORD: 'hunter2',
    MOODTAPE_REDIS_URL: 'rediss://:hunter2@cache:6380/3',
  });
  expect(full).toMatchObject({ log: { password: 'hunter2' } });
  const shown = withoutSecrets(full);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toMatchObject({
    log: { username: 'desk', password: '***' },
    registry: { url: 'https://***@registry:8081/' },
    view: { url: 'rediss://***@cache:6380/3' },
  });
  expect(addressOf(full, 'log')).toBe('k1:9092, k2:9092');
  expect(addressOf(full, 'view')).toBe('rediss://***@cache:6380/3');
});

it('leaves an address alone that holds no password', () => {
  const full = topology('name: x\nlog: { kind: kafka }\nview: { kind: redis, url: "redis://cache" }\n');
  expect(addressOf(full, 'view')).toBe('redis://cache');
  expect(withoutSecrets(full)).toEqual(full);
});
