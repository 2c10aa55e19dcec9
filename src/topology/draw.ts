import { type FlowNode, flowGraph } from './graph.js';
import { addressOf } from './shown.js';
import type { Topology } from './topology.js';

/** The flow as lines of Unicode: inputs joined on top, and below them what they feed, as a tree; then that of the labels. */
export function drawTopology(topology: Topology): string {
  const nodes = new Map(flowGraph(topology).map((node) => [node.id, node]));
  const inputs = drawInputs(topology, nodes);
  const root = nodes.get('scorer') ?? nodes.get('sentiment.scored');
  const tree = root === undefined ? [] : drawTree(root, nodes, '', '');
  const log = `${topology.log.kind} ${addressOf(topology, 'log')}`;
  return [`${topology.name} (log: ${log})`, '', ...inputs, ...tree, ...drawLabels(topology, nodes)].join(
    '\n',
  );
}

function drawLabels({ feeds, trainer }: Topology, nodes: ReadonlyMap<string, FlowNode>): string[] {
  const files = feeds.filter(({ topic }) => topic === trainer?.topic).map(({ file }) => file);
  const roots = files.length > 0 ? files : [trainer?.topic ?? ''];
  const trees = roots.flatMap((id) => nodes.get(id) ?? []).map((root) => drawTree(root, nodes, '', ''));
  return trees.flatMap((tree) => ['', ...tree]);
}

function drawInputs({ feeds, sources }: Topology, nodes: ReadonlyMap<string, FlowNode>): string[] {
  if (sources.length === 0) return [];
  const rows = sources.map(({ topic }) => {
    const files = feeds.filter((feed) => feed.topic === topic).map(({ file }) => nodes.get(file)?.text);
    const text = nodes.get(topic)?.text ?? topic;
    return files.length > 0 ? `${files.join(', ')} ─▶ ${text}` : text;
  });
  const width = Math.max(...rows.map((row) => row.length));
  const joined = rows.map((row, i) => `${row.padEnd(width)} ─${i === 0 ? '┐' : '┤'}`);
  return [...joined, `┌${'─'.repeat(width + 1)}┘`, '▼'];
}

function drawTree(
  node: FlowNode,
  nodes: ReadonlyMap<string, FlowNode>,
  lead: string,
  indent: string,
): string[] {
  const children = node.next.flatMap((id) => nodes.get(id) ?? []);
  const below = children.flatMap((child, i) => {
    const last = i === children.length - 1;
    return drawTree(child, nodes, `${indent}${last ? '└' : '├'}─▶ `, `${indent}${last ? ' ' : '│'}   `);
  });
  return [`${lead}${node.text}`, ...below];
}

/** The flow as a Mermaid flowchart, for documents. */
export function mermaidTopology(topology: Topology): string {
  const nodes = flowGraph(topology);
  const keys = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const lines = nodes.map(({ id, text, shape }) =>
    shape === 'topic' ? `  ${keys.get(id)}[("${text}")]` : `  ${keys.get(id)}["${text}"]`,
  );
  const edges = nodes.flatMap(({ id, next }) =>
    next.map((target) => `  ${keys.get(id)} --> ${keys.get(target)}`),
  );
  return ['flowchart LR', ...lines, ...edges].join('\n');
}
