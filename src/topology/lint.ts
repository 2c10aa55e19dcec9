import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf } from '../errors.js';
import { crossCheck, type Problem, type Topology, topologySchema } from './topology.js';

/** One problem of a topology file. `line` and `column` start at 1; `field` is a path such as `sources[0].topic`. */
export interface LintMessage {
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
}

export interface LintResult {
  /** Undefined when there are messages. */
  readonly topology: Topology | undefined;
  /** In the order of the file. */
  readonly messages: readonly LintMessage[];
}

/** Reads a topology and finds all that is wrong with it. */
export function lintTopology(text: string): LintResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const messageAt = (offset: number, field: string, message: string): LintMessage => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), field, message };
  };
  const failed = (messages: LintMessage[]): LintResult => ({
    topology: undefined,
    messages: messages.sort((a, b) => a.line - b.line || a.column - b.column),
  });

  if (document.errors.length > 0) {
    return failed(document.errors.map(({ pos, message }) => messageAt(pos[0], '', message)));
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // Aliases that expand without bound.
    return failed([messageAt(0, '', messageOf(error))]);
  }
  const parsed = topologySchema.safeParse(value, { reportInput: true });
  const problems = parsed.success ? crossCheck(parsed.data) : parsed.error.issues.flatMap(problemsOf);
  if (parsed.success && problems.length === 0) return { topology: parsed.data, messages: [] };
  return failed(
    problems.map((problem) =>
      messageAt(offsetOf(document.contents, problem), fieldName(problem.path), problem.message),
    ),
  );
}

/** One problem a key where zod gives one issue an object. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field', at: 'key' }));
  }
  const expected = message.replace(/^(Invalid|Too) [^:.]*[:.] /, '').replace(/, received \w+$/, '');
  return [{ path, message: issue.input === undefined ? `missing: ${expected}` : expected }];
}

/** Where a field's value stands, its key where that is at fault, or its nearest parent where it is missing. */
function offsetOf(root: Node | null, { path, at }: Problem): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      node = isNode(item) ? item : null;
      offset = node?.range?.[0] ?? offset;
    }
  }
  return isScalar(node) && at !== 'key' ? (node.range?.[0] ?? offset) : offset;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
