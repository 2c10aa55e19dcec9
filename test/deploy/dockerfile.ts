import { readFileSync } from 'node:fs';
import { packagePath } from '../../src/config.js';

/** `COPY a b` is the instruction COPY with the rest `a b`. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of the Dockerfile, comments left out and continued lines joined. */
export function dockerfileStages(): Stage[] {
  const lines = readFileSync(packagePath('Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === 'FROM') {
      const [from = '', , stage = ''] = rest.split(' ');
      stages.push({ name: stage, from, instructions: [] });
    } else {
      const last = stages.pop();
      if (last === undefined) throw new Error(`before the first stage: ${line}`);
      stages.push({ ...last, instructions: [...last.instructions, { name, rest }] });
    }
  }
  return stages;
}

/** The rests of a stage's instructions of one name. */
export function restsOf(stage: Stage, name: string): string[] {
  return stage.instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
}

/** The variables that a stage sets. */
export function variablesOf(stage: Stage): Record<string, string> {
  return Object.fromEntries(
    restsOf(stage, 'ENV').flatMap((rest) =>
      rest.split(/\s+/).map((pair): [string, string] => {
        const [name = '', value = ''] = pair.split('=');
        return [name, value];
      }),
    ),
  );
}
