import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMMANDS } from '../../src/cli/program.js';
import { packagePath } from '../../src/config.js';
import { lintFile } from '../../src/topology/file.js';
import { KAFKA_VERSION } from '../services/kafka.js';
import { REGISTRY_VERSION } from '../services/registry.js';
import { dockerfileStages, restsOf, variablesOf } from './dockerfile.js';
import { environmentNames } from './environment-names.js';

const read = (file: string) => readFileSync(packagePath(file), 'utf8');
const readCompose = (): unknown => parse(read('docker-compose.yml'), { merge: true });

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
  user: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  restart: z.literal('unless-stopped'),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  deploy: z.object({ replicas: z.int().default(1) }).default({ replicas: 1 }),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});
const compose = composeSchema.parse(readCompose());
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));
const ours = services.filter(({ build }) => build !== undefined);
const theirs = services.filter(({ build }) => build === undefined);

describe('docker-compose.yml', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const isCompose = ajv.compile(JSON.parse(read('test/fixtures/compose-spec/compose-spec.json')));

  it('follows the compose specification', () => {
    isCompose(readCompose());
    expect(isCompose.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown key', { services: { a: { image: 'b', port: ['1:1'] } } }],
    ['a wrong condition', { services: { a: { image: 'b', depends_on: { c: { condition: 'ready' } } } } }],
    ['a wrong type', { services: { a: { image: 'b', ports: '80:80' } } }],
  ])('is checked by a schema that finds %s', (_, broken) => {
    expect(isCompose(broken)).toBe(false);
  });

  it('starts the work, and what watches it or needs a GPU only when asked', () => {
    const profiles = Object.fromEntries(services.map(({ name, profiles }) => [name, profiles.join()]));
    expect(profiles).toEqual({
      kafka: '',
      redis: '',
      registry: '',
      scorer: '',
      view: '',
      'scorer-gpu': 'gpu',
      prometheus: 'observe',
      grafana: 'observe',
    });
    expect(compose.services.scorer?.deploy.replicas).toBe(2);
  });

  it.each(ours)(
    '$name is built from a stage that checks its health, and runs what there is',
    async (service) => {
      const stage = dockerfileStages().find(({ name }) => name === service.build?.target);
      expect(stage && restsOf(stage, 'HEALTHCHECK')).toHaveLength(1);
      const [command = '', file = '', ...more] = service.command;
      expect(COMMANDS.map(({ name }) => name)).toContain(command);
      expect(more).toEqual([]);
      const variables = Object.fromEntries(
        Object.entries({ ...(stage && variablesOf(stage)), ...service.environment }).map(([name, value]) => [
          name,
          // `${NAME:-standard}`
          String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1'),
        ]),
      );
      expect((await lintFile(packagePath(file), { variables, files: true })).messages).toEqual([]);
      for (const name of Object.keys(service.environment)) expect(environmentNames(file)).toContain(name);
    },
  );

  it.each(theirs)(
    '$name is of a named version, runs as nobody special, and says when it is healthy',
    (service) => {
      expect(service.image).toMatch(/^[a-z/-]+:(?!latest)v?\d+\.\d+[\w.-]*$/);
      expect(service.user).toMatch(/^(?!0|root)\w+$/);
      expect(service.healthcheck?.test[0]).toBe('CMD');
    },
  );

  it('runs the Kafka and the registry that the tests run', () => {
    expect(compose.services.kafka?.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
    expect(compose.services.registry?.image).toBe(`apicurio/apicurio-registry:${REGISTRY_VERSION}`);
  });

  it('starts every service after those that it needs are healthy', () => {
    const needs = (name: string) => Object.keys(compose.services[name]?.depends_on ?? {});
    expect(needs('scorer').sort()).toEqual(['kafka', 'registry']);
    expect(needs('scorer-gpu').sort()).toEqual(['kafka', 'registry']);
    expect(needs('view').sort()).toEqual(['kafka', 'redis', 'registry']);
    for (const { depends_on } of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        expect(compose.services[name]?.healthcheck, name).toBeDefined();
      }
    }
  });

  it('finds moodtape’s servers by the names and ports of its services', () => {
    for (const { environment } of ours) {
      for (const value of Object.values(environment)) {
        const host = /(?:^|\/\/)([a-z]+):\d+/.exec(String(value))?.[1];
        if (host !== undefined) expect(Object.keys(compose.services)).toContain(host);
      }
    }
  });

  it('publishes nothing beyond this machine', () => {
    const ports = services.flatMap(({ ports }) => ports);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    const published = ports.map((port) => port.split(':')[1]);
    expect(new Set(published).size).toBe(published.length);
  });

  it('keeps what must stay in named volumes, and mounts files that there are', () => {
    const mounts = services.flatMap(({ volumes }) => volumes.map((mount) => mount.split(':')[0] ?? ''));
    const files = mounts.filter((source) => source.startsWith('./'));
    for (const file of files) expect(existsSync(packagePath(file)), file).toBe(true);
    expect(mounts.filter((source) => !files.includes(source)).sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    );
  });
});

describe('deploy/prometheus.yml', () => {
  it('scrapes every service of moodtape where it serves its metrics', () => {
    const schema = z.object({
      scrape_configs: z.array(
        z.object({
          job_name: z.string(),
          dns_sd_configs: z.array(
            z.object({ names: z.array(z.string()), type: z.literal('A'), port: z.int() }),
          ),
        }),
      ),
    });
    const { scrape_configs } = schema.parse(parse(read('deploy/prometheus.yml')));
    const [config] = scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs);
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['moodtape']);
    expect(config?.names.toSorted()).toEqual(ours.map(({ name }) => name).sort());
    for (const stage of dockerfileStages().filter(({ name }) => name === 'cpu' || name === 'gpu')) {
      expect(variablesOf(stage)).toMatchObject({
        MOODTAPE_METRICS_HOST: '0.0.0.0',
        MOODTAPE_METRICS_PORT: String(config?.port),
      });
    }
  });
});
