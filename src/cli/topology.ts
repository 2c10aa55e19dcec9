import type { Command } from 'commander';
import pc from 'picocolors';
import { drawTopology, mermaidTopology } from '../topology/draw.js';
import { readText, readTopology } from '../topology/file.js';
import { lintTopology } from '../topology/lint.js';
import { topologyJsonSchema, topologyReference } from '../topology/reference.js';
import { examples } from './examples.js';
import { QuietEnd } from './failure.js';
import { print, printJson } from './output.js';

export function define(command: Command): void {
  command
    .command('lint')
    .description('find all that is wrong with topology files')
    .argument('<file...>', 'topology files')
    .option('--json', 'one JSON object a file')
    .addHelpText('after', examples('moodtape topology lint topologies/demo.yaml'))
    .action(lint);
  command
    .command('show')
    .description('draw the flow of a topology')
    .argument('<file>', 'topology file')
    .option('--mermaid', 'as a Mermaid flowchart')
    .option('--json', 'the topology with all its defaults')
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

async function lint(files: readonly string[], options: { json?: boolean }): Promise<void> {
  let wrong = false;
  for (const file of files) {
    const { messages } = lintTopology(await readText(file));
    wrong ||= messages.length > 0;
    if (options.json) await printJson({ file, valid: messages.length === 0, messages });
    else if (messages.length === 0) await print(`${file}: ${pc.green('valid')}`);
    for (const { line, column, field, message } of options.json ? [] : messages) {
      await print(`${file}:${line}:${column} ${field === '' ? '' : `${pc.bold(field)}: `}${message}`);
    }
  }
  if (wrong) throw new QuietEnd('failed');
}

async function show(file: string, options: { mermaid?: boolean; json?: boolean }): Promise<void> {
  const topology = await readTopology(file);
  if (options.json) await printJson(topology);
  else await print(options.mermaid ? mermaidTopology(topology) : drawTopology(topology));
}
