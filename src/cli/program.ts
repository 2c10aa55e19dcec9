import { Command } from 'commander';
import { packageVersion } from '../config.js';
import { examples } from './examples.js';
import { settingOption } from './settings-options.js';

/** What each command's file exports: adds arguments, options, examples and the action. */
export interface CommandModule {
  define(command: Command): void;
}

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's file: only when it is called. */
  readonly load: () => Promise<CommandModule>;
}

const entry = (name: string, summary: string, load: CommandEntry['load']): CommandEntry => ({
  name,
  summary,
  load,
});

/** Every command. */
export const COMMANDS: readonly CommandEntry[] = [
  entry('demo', 'the whole flow on this machine, on invented texts', () => import('./demo.js')),
  entry('score', 'score texts, from the arguments or from stdin', () => import('./score.js')),
  entry('backfill', 'score archives into a file; goes on where it stopped', () => import('./backfill.js')),
  entry('run', 'run a topology until it is stopped, then drain', () => import('./run.js')),
  entry('train', 'train a base, experts, or all together', () => import('./train.js')),
  entry('evaluate', 'measure a model on labelled texts', () => import('./evaluate.js')),
  entry('augment', 'reword training texts', () => import('./augment.js')),
  entry('report', 'one page of figures on a model and its texts', () => import('./report.js')),
  entry('topology', 'check or draw a topology file', () => import('./topology.js')),
  entry('import', 'make a bundle of a Hugging Face checkpoint', () => import('./import.js')),
  entry('models', 'list the models, show, compare or promote them', () => import('./models.js')),
  entry('labels', 'review the labels that a trainer holds back', () => import('./labels.js')),
  entry('bench', 'measure this machine, and us against others', () => import('./bench.js')),
  entry('doctor', 'check what moodtape needs on this machine', () => import('./doctor.js')),
];

/** The command line. Wrong usage and requests for help are thrown as CommanderError. */
export function createProgram(): Command {
  const program = new Command('moodtape')
    .description('Market sentiment from Chinese financial news and stock-forum posts.')
    .version(packageVersion())
    .addOption(settingOption('logLevel'))
    .addHelpText('after', examples('moodtape demo --once', 'moodtape score "主力资金净流入3.66亿元"'))
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see what is possible.')
    .helpCommand(false)
    .exitOverride();
  for (const { name, summary } of COMMANDS) program.command(name).description(summary);
  return program.hook('preSubcommand', async (_program, command) => {
    const called = COMMANDS.find(({ name }) => name === command.name());
    (await called?.load())?.define(command);
  });
}
