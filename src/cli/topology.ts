import type { Command } from 'commander';
import pc from 'picocolors';
import { drawTopology, mermaidTopology } from '../topology/draw.js';
import { lintFile, readTopology } from '../topology/file.js';
import { topologyJsonSchema, topologyReference } from '../topology/reference.js';
import { withoutSecrets } from '../topology/shown.js';
import { examples } from './examples.js';
import { QuietEnd } from './failure.js';
import { print, printJson } from './output.js';
import { profileOption } from './profile-option.js';

export function define(command: Command): void {
  command
    .command('lint')
    .description('find all that is wrong with topology files')
    .argument('<file...>', 'topology files')
    .addOption(profileOption())
    .option('--json', 'one JSON object a file')
    .addHelpText('after', examples('moodtape topology lint topologies/demo.yaml'))
    .action(lint);
  command
    .command('show')
    .description('draw the flow of a topology')
    .argument('<file>', 'topology file')
    .addOption(profileOption())
    .option('--mermaid', 'as a Mermaid flowchart')
    .option('--json', 'the topology with all its defaults, without its secrets')
    .addHelpText('after', examples('moodtape topology show topologies/demo.yaml'))
    .action(show);
  command
    .command('schema')
    .description('print the JSON Schema of topology files')
    .addHelpText('after', examples('moodtape topology schema > topology.schema.json'))
    .action(() => print(topologyJsonSchema()));
  command
    .command('reference')
    .description('print the reference of all components and their fields, as Markdown')
    .addHelpText('after', examples('moodtape topology reference | less'))
    .action(() => print(topologyReference()));
  command.addHelpText('after', examples('moodtape topology show topologies/demo.yaml'));
}

interface LintOptions {
  readonly profile?: string;
  readonly json?: boolean;
}

async function lint(files: readonly string[], { profile, json }: LintOptions): Promise<void> {
  let wrong = false;
  for (const file of files) {
    const { messages } = await lintFile(file, { profile, files: true });
    wrong ||= messages.length > 0;
    if (json) await printJson({ file, valid: messages.length === 0, messages });
    else if (messages.length === 0) await print(`${file}: ${pc.green('valid')}`);
    for (const { file: other, line, column, field, message } of json ? [] : messages) {
      await print(
        `${other ?? file}:${line}:${column} ${field === '' ? '' : `${pc.bold(field)}: `}${message}`,
      );
    }
  }
  if (wrong) throw new QuietEnd('failed');
}

interface ShowOptions extends LintOptions {
  readonly mermaid?: boolean;
}

async function show(file: string, { profile, json, mermaid }: ShowOptions): Promise<void> {
  const topology = await readTopology(file, { profile });
  if (json) await printJson(withoutSecrets(topology));
  else await print(mermaid ? mermaidTopology(topology) : drawTopology(topology));
}
