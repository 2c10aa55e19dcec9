import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { LOG_LEVELS, packagePath } from '../config.js';
import { examples } from './examples.js';

/** What each command's file exports: adds arguments, options, examples and the action. */
export interface CommandModule {
  define(command: Command): void;
}

/** Every command: its name, what it does, and its file, which is loaded only when it is called. */
export const COMMANDS: readonly (readonly [
  name: string,
  summary: string,
  load: () => Promise<CommandModule>,
])[] = [['topology', 'check or draw a topology file', () => import('./topology.js')]];

/** The command line. Wrong usage and requests for help are thrown as CommanderError. */
export function createProgram(): Command {
  const program = new Command('moodtape')
    .description('Market sentiment from Chinese financial news and stock-forum posts.')
    .version(version())
    .addOption(new Option('--log-level <level>', 'least severe lines that are logged').choices(LOG_LEVELS))
    .addHelpText('after', examples('moodtape demo --once', 'moodtape score "主力资金净流入3.66亿元"'))
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see what is possible.')
    .exitOverride();
  for (const [name, summary] of COMMANDS) program.command(name).description(summary);
  return program.hook('preSubcommand', async (_program, command) => {
    const [, , load] = COMMANDS.find(([name]) => name === command.name()) ?? [];
    const module = await load?.();
    module?.define(command);
  });
}

function version(): string {
  const manifest = z.object({ version: z.string() });
  return manifest.parse(JSON.parse(readFileSync(packagePath('package.json'), 'utf8'))).version;
}
