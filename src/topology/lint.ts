import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { userPath, type Variables } from '../config.js';
import { crossCheck } from './cross-check.js';
import { declaredFields, valueAt } from './declared.js';
import { checkProfile, type FromVariable, withProfile, withVariables } from './layers.js';
import type { Problem } from './problem.js';
import { type Topology, topologySchema } from './topology.js';
import { type LintMessage, YamlFile } from './yaml-file.js';

export interface LintOptions {
  /** What a topology is completed by: a YAML file of some of its sections. */
  readonly profile?: { readonly file: string; readonly text: string };
  /** What wins over both files. */
  readonly variables?: Variables;
  /** Whether the files that are named must be there. */
  readonly files?: boolean;
}

export interface LintResult {
  /** Undefined when there are messages. */
  readonly topology: Topology | undefined;
  /** In the order of the files, the topology first. */
  readonly messages: readonly LintMessage[];
}

/** Reads a topology and finds all that is wrong with it. No message repeats a secret. */
export function lintTopology(text: string, options: LintOptions = {}): LintResult {
  const { profile, variables = {}, files = false } = options;
  const own = new YamlFile(text);
  const below = profile && new YamlFile(profile.text, profile.file);
  const errors = [...own.errors, ...(below?.errors ?? [])];
  if (errors.length > 0) return failed(errors);

  const { value, from } = withVariables(withProfile(own.value, below?.value), variables);
  const parsed = topologySchema.safeParse(value, { reportInput: true });
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap(problemsOf),
    ...crossCheck(value),
    ...(files ? missingFiles(value) : []),
  ];
  const messages = [
    ...(below === undefined ? [] : checkProfile(below.value).map((problem) => below.locate(problem))),
    ...problems.map((problem) => located(problem, own, below, from)),
  ];
  if (parsed.success && messages.length === 0) return { topology: parsed.data, messages };
  return failed(messages);
}

function failed(messages: LintMessage[]): LintResult {
  const file = (message: LintMessage) => (message.file === undefined ? 0 : 1);
  messages.sort((a, b) => file(a) - file(b) || a.line - b.line || a.column - b.column);
  return { topology: undefined, messages };
}

/** Where the value came from; what is missing is missing in the topology file. */
function located(
  problem: Problem,
  own: YamlFile,
  below: YamlFile | undefined,
  from: readonly FromVariable[],
): LintMessage {
  const source = from.find(({ path }) => path.every((step, i) => problem.path[i] === step));
  if (source !== undefined) {
    return own.locate({ ...problem, message: `${problem.message} (in ${source.variable})` });
  }
  return below?.has(problem.path) && !own.has(problem.path) ? below.locate(problem) : own.locate(problem);
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

function missingFiles(topology: unknown): Problem[] {
  return declaredFields(topology).flatMap(({ path, facts: { exists } }) => {
    const value = valueAt(topology, path);
    const files = exists ? (Array.isArray(value) ? value : [value]) : [];
    return files.flatMap((file, i) => {
      const missing = typeof file === 'string' && file !== '' && !existsSync(userPath(file));
      const at = Array.isArray(value) ? [...path, i] : path;
      return missing ? [{ path: at, message: 'there is no such file or folder' }] : [];
    });
  });
}
