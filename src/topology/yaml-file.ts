import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf } from '../errors.js';
import type { Problem } from './problem.js';

/** One problem of a file. `line` and `column` start at 1; `field` is a path such as `sources[0].topic`. */
export interface LintMessage {
  /** Set when it is not the topology file itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
}

/** What a YAML file says, and where in it. */
export class YamlFile {
  /** Undefined when the file is not YAML. */
  readonly value: unknown;
  /** Why it is not. */
  readonly errors: readonly LintMessage[];
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  /** @param name given with each message, if any */
  constructor(
    text: string,
    private readonly name?: string,
  ) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.errors = this.#document.errors.map(({ pos, message }) => this.#syntaxError(pos[0], message));
    if (this.errors.length > 0) return;
    try {
      this.value = this.#document.toJS();
    } catch (error) {
      // An alias of nothing, or aliases that expand without bound.
      this.errors = [this.#syntaxError(0, messageOf(error))];
    }
  }

  /** Whether the file says something of this field. */
  has(path: readonly PropertyKey[]): boolean {
    return this.#document.hasIn(path);
  }

  /** The problem at its place in the file. */
  locate({ path, message, at }: Problem): LintMessage {
    return this.#messageAt(offsetOf(this.#document.contents, path, at), fieldName(path), message);
  }

  /** What comes after a colon is a piece of the file. */
  #syntaxError(offset: number, message: string): LintMessage {
    return this.#messageAt(offset, '', message.replace(/:.*/s, ''));
  }

  #messageAt(offset: number, field: string, message: string): LintMessage {
    const { line, col } = this.#lines.linePos(offset);
    const file = this.name === undefined ? {} : { file: this.name };
    return { ...file, line: Math.max(line, 1), column: Math.max(col, 1), field, message };
  }
}

/** Where a field's value stands, its key where that is at fault, or its nearest parent where it is missing. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], at: Problem['at']): number {
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
