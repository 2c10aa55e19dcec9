import { addressOf } from './shown.js';
import type { Topology } from './topology.js';

/** A part of the flow and the ids of the parts that it feeds. */
export interface FlowNode {
  readonly id: string;
  readonly text: string;
  readonly shape: 'topic' | 'component';
  readonly next: readonly string[];
}

/** The flow of a topology, inputs first: what `topology show` draws. */
export function flowGraph(topology: Topology): FlowNode[] {
  const { feeds, sources, models, scorer, index, view, trainer } = topology;
  const nodes: FlowNode[] = [];
  const add = (shape: FlowNode['shape'], id: string, text: string, next: readonly (string | false)[]) =>
    nodes.push({ id, text, shape, next: next.filter((target) => target !== false) });

  for (const { file, topic } of feeds) add('component', file, `feed ${file}`, [topic]);
  for (const { topic, domain, format } of sources) {
    const facts = format === 'auto' ? domain : `${domain}, ${format}`;
    add('topic', topic, `${topic} (${facts})`, ['scorer']);
  }
  if (scorer !== undefined) {
    const model = models ? `the live model of ${models.path}` : (scorer.model ?? 'models/default');
    add('component', 'scorer', `scorer (${model}, at most ${scorer.maxTexts} texts a batch)`, [
      'sentiment.scored',
      'sentiment.dead-letters',
    ]);
    add('topic', 'sentiment.dead-letters', 'sentiment.dead-letters', []);
  }
  add('topic', 'sentiment.scored', 'sentiment.scored', [
    index !== undefined && 'index',
    view !== undefined && 'view',
    trainer !== undefined && 'watch',
  ]);
  if (index !== undefined) {
    add('component', 'index', `index (${index.windows.join(' ')})`, ['sentiment.index']);
    add('topic', 'sentiment.index', 'sentiment.index', [view !== undefined && 'view']);
  }
  if (view !== undefined) add('component', 'view', `view (${view.kind} ${addressOf(topology, 'view')})`, []);
  if (trainer !== undefined) {
    add('component', 'watch', 'trainer (compares the live version with the one before)', []);
    add('topic', trainer.topic, trainer.topic, ['trainer']);
    add('component', 'trainer', `trainer (${models?.path}, a refit after ${trainer.labels} labels)`, [
      'models',
      'sentiment.dead-letters',
    ]);
    add('topic', 'models', 'models', []);
    if (scorer === undefined) add('topic', 'sentiment.dead-letters', 'sentiment.dead-letters', []);
  }
  return nodes;
}
