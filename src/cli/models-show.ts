import type { ModelEvent } from '../codec/model-event.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import { findModel, journalled, type RegistryOptions } from './models-registry.js';
import { expertsOf, happened, timeOf } from './models-text.js';
import { print, printJson, table } from './output.js';

/** Shows what a model is and how it was made, and of a version in the registry what was decided about it. */
export async function show(named: string, { registry, json }: RegistryOptions): Promise<void> {
  const { dir, version: known } = await findModel(named, registry);
  const journal = known === undefined ? undefined : await journalled(known, registry);
  const last = journal?.events.at(-1);
  if (journal !== undefined && last?.event === 'collected') {
    if (json) return printJson({ name: last.model, version: known, ...journal });
    return print(`${known} of ${last.model}, which was collected\n\n${journalTables(journal.events)}`);
  }
  const bundle = await loadBundle(dir);
  const { name, version, spec, temperature, metrics, provenance } = bundle;
  const { aliases, events } = journal ?? (await journalled(version, registry));
  if (json) return printJson({ name, version, spec, temperature, metrics, provenance, aliases, events });
  await print(table(['', ''], await rowsOf(bundle, aliases)));
  if (events.length > 0) await print(`\n${journalTables(events)}`);
}

/** What happened to a version, and the numbers of the last decision that has some. */
function journalTables(events: readonly ModelEvent[]): string {
  const rows = events.map((event) => [
    event.seq,
    timeOf(event.at),
    happened(event),
    event.previous ?? '',
    event.reason ?? '',
  ]);
  const journal = table(['event', 'at (UTC)', '', 'live then', 'reason'], rows);
  const decision = events.findLast(({ metrics }) => Object.keys(metrics).length > 0);
  if (decision === undefined) return journal;
  const numbers = Object.entries(decision.metrics).map(([name, value]) => [
    name,
    Number(value.toPrecision(6)),
  ]);
  return `${journal}\n\n${table([`numbers of event ${decision.seq}`, ''], numbers)}`;
}

async function rowsOf(bundle: Bundle, aliases: readonly string[]): Promise<[string, string][]> {
  const { name, version, spec, temperature, metrics } = bundle;
  const { layers, hidden, heads, intermediate, vocabulary } = spec.encoder;
  return [
    ['folder', bundle.dir],
    ['name', name],
    ['version', [version, ...aliases].join(' ')],
    ['labels', spec.labels.join(' ')],
    ['experts', expertsOf(bundle)],
    ['router', routerOf(bundle)],
    ['ffn experts', ffnExpertsOf(bundle)],
    [
      'encoder',
      `${layers} layers of ${hidden}, ${heads} heads, inner ${intermediate}, ${vocabulary} tokens known`,
    ],
    ['reads', `${spec.maxLength} tokens of a text`],
    ['parameters', (await parameterCount(bundle)).toLocaleString('en')],
    ['temperature', temperature.toFixed(3)],
    ['metrics', JSON.stringify(metrics)],
  ];
}

function ffnExpertsOf({ spec: { ffnExperts } }: Bundle): string {
  if (ffnExperts === undefined) return 'none';
  const { kind, layers, count, topK, width } = ffnExperts;
  return `${count} ${kind} of ${width} in layers ${layers.join(', ')}, ${topK} a token`;
}

function routerOf({ spec: { experts } }: Bundle): string {
  if (experts === null) return 'none';
  const { at, mix } = experts.router;
  return `${at === 'final' ? 'after the last layer, in a pass of its own' : `after layer ${at}`}, ${mix}`;
}

async function parameterCount(bundle: Bundle): Promise<number> {
  const parameters = await bundle.parameters();
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}
