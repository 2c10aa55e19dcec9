import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packagePath } from '../../src/config.js';
import { exportedSeries, metricOf, ownMetrics } from './exported.js';
import { parseQuery } from './promql.js';

const read = (...path: string[]) => readFileSync(packagePath('deploy', ...path), 'utf8');

const dashboardSchema = z.object({
  uid: z.string(),
  templating: z.object({
    list: z.array(z.looseObject({ name: z.string(), definition: z.string().optional() })),
  }),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string().min(1),
      type: z.enum(['row', 'stat', 'timeseries']),
      description: z.string().optional(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z
        .array(
          z.object({
            refId: z.string(),
            expr: z.string(),
            datasource: z.object({ uid: z.string().regex(/^\$\{datasource\}$/) }),
          }),
        )
        .default([]),
    }),
  ),
});
const dashboard = dashboardSchema.parse(JSON.parse(read('grafana', 'moodtape.json')));
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = charts.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

describe('the dashboard', () => {
  it('is read with a grammar that refuses what Prometheus would', () => {
    for (const broken of ['sum(rate(x[5m])', 'rate(x[5m', 'sum by code (x)', 'x{topic=y}']) {
      expect(() => parseQuery(broken), broken).toThrow('not PromQL');
    }
  });

  it('asks for nothing that a run does not export', () => {
    const series = exportedSeries();
    expect(queries.length).toBeGreaterThan(20);
    for (const { expr } of queries) {
      const { selectors, groupings } = parseQuery(expr);
      expect(selectors.length, expr).toBeGreaterThan(0);
      const grouped = selectors.flatMap(({ metric }) => series.get(metric) ?? []);
      for (const { metric, labels } of selectors) {
        expect([...series.keys()], expr).toContain(metric);
        for (const label of labels) expect(series.get(metric), expr).toContain(label);
      }
      for (const label of groupings) expect(grouped, expr).toContain(label);
    }
  });

  it('shows every metric of moodtape, bar two that others stand for', () => {
    const asked = queries.flatMap(({ expr }) => parseQuery(expr).selectors.map(({ metric }) => metric));
    const shown = new Set(asked.map(metricOf));
    const hidden = ['moodtape_read_bytes_total', 'moodtape_in_flight_records'];
    expect(ownMetrics().filter((name) => !shown.has(name))).toEqual(hidden.sort());
  });

  it('takes the rate of counters, and of nothing else', () => {
    for (const { expr } of queries) {
      const rated = [...expr.matchAll(/(?:rate|increase)\((\w+)/g)].map(([, metric]) => metric);
      for (const { metric } of parseQuery(expr).selectors) {
        expect(rated.includes(metric), expr).toBe(/_(total|bucket|sum|count)$/.test(metric));
      }
    }
  });

  it('knows its variables', () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    for (const { expr } of queries) {
      for (const [, name] of expr.replaceAll('$__rate_interval', '').matchAll(/\$(\w+)/g)) {
        expect(names).toContain(name);
      }
    }
    const series = exportedSeries();
    for (const { definition } of dashboard.templating.list) {
      const [, metric = '', label = ''] = /label_values\((\w+), (\w+)\)/.exec(definition ?? '') ?? [];
      if (definition !== undefined) expect(series.get(metric)).toContain(label);
    }
  });

  it('has charts that say what they show and lie beside each other', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = new Set<string>();
    for (const { title, description, gridPos } of charts) {
      expect(description, title).toMatch(/\.$/);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x},${y}`), title).toBe(false);
          cells.add(`${x},${y}`);
        }
      }
    }
  });
});

describe('Grafana and Prometheus', () => {
  it('find each other', () => {
    const sources = z.object({
      apiVersion: z.literal(1),
      datasources: z.array(z.object({ uid: z.string(), type: z.literal('prometheus'), url: z.string() })),
    });
    const { datasources } = sources.parse(
      parse(read('grafana', 'provisioning', 'datasources', 'prometheus.yml')),
    );
    expect(datasources).toMatchObject([{ uid: 'prometheus', url: 'http://prometheus:9090' }]);
    const [variable] = dashboard.templating.list;
    expect(variable).toMatchObject({ name: 'datasource', current: { value: 'prometheus' } });
  });
});
