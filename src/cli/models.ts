import { type Command, InvalidArgumentError } from 'commander';
import { examples } from './examples.js';
import { collect, endTrial, promote, rollback, tryOut } from './models-decide.js';
import { diff } from './models-diff.js';
import { list } from './models-list.js';
import { registryOption } from './models-registry.js';
import { show } from './models-show.js';
import { number } from './training-options.js';

const NAMED =
  'folder of a bundle, or in the registry: live, previous, canary, shadow, a version or its beginning';

export function define(command: Command): void {
  command
    .command('list')
    .description('list the versions in the registry, and the models of the package and of the working folder')
    .addOption(registryOption())
    .option('--json', 'one JSON object a model')
    .addHelpText('after', examples('moodtape models list'))
    .action(list);
  command
    .command('show')
    .description('show what a model is, how it was made and what was decided about it')
    .argument('[model]', NAMED, 'models/default')
    .addOption(registryOption())
    .option('--json', 'all that the bundle says of itself, and its journal')
    .addHelpText('after', examples('moodtape models show models/default', 'moodtape models show live'))
    .action(show);
  command
    .command('promote')
    .description('make a model live; a bundle is copied into the registry first')
    .argument('<model>', NAMED)
    .addOption(registryOption())
    .option('--reason <text>', 'why, for the journal')
    .option('--json', 'the event, as one JSON object')
    .addHelpText(
      'after',
      examples(
        'moodtape models promote models/default',
        'moodtape models promote e5ff --reason "best on forums"',
      ),
    )
    .action(promote);
  command
    .command('try')
    .description('let a model score a share of the texts against the live one')
    .argument('<model>', NAMED)
    .addOption(registryOption())
    .option('--share <n>', 'part of the texts that it reads, above 0 and at most 1', shareOfTexts, 0.1)
    .option('--shadow', 'compare only: the scores of the live model go out (default: its own do, a canary)')
    .option('--reason <text>', 'why, for the journal')
    .option('--json', 'the event, as one JSON object')
    .addHelpText(
      'after',
      examples('moodtape models try runs/joint --shadow --share 1', 'moodtape models try e5ff --share 0.05'),
    )
    .action(tryOut);
  command
    .command('end-trial')
    .description('let the live model score all texts again')
    .addOption(registryOption())
    .option('--reason <text>', 'why, for the journal')
    .option('--json', 'the event, as one JSON object')
    .addHelpText('after', examples('moodtape models end-trial'))
    .action(endTrial);
  command
    .command('rollback')
    .description('make the version live again that was so before')
    .addOption(registryOption())
    .option('--reason <text>', 'why, for the journal')
    .option('--json', 'the event, as one JSON object')
    .addHelpText('after', examples('moodtape models rollback --reason "more wrong labels since noon"'))
    .action(rollback);
  command
    .command('diff')
    .description('show where two models differ')
    .argument('<first>', NAMED)
    .argument('<second>', NAMED)
    .addOption(registryOption())
    .option('--data <csv...>', 'compare them on labelled texts too, text by text')
    .option('--unknown-label <label>', 'what texts with another label count as (default: an error)')
    .option('--json', 'one JSON object')
    .addHelpText('after', examples('moodtape models diff previous live --data test.csv'))
    .action(diff);
  command
    .command('gc')
    .description('remove versions that are neither live, previous, on trial nor among the newest')
    .addOption(registryOption())
    .option('--keep <n>', 'newest versions that stay in any case', atLeastZero, 5)
    .option('--json', 'one JSON object')
    .addHelpText('after', examples('moodtape models gc --keep 3'))
    .action(collect);
  command.addHelpText('after', examples('moodtape models list', 'moodtape models promote models/default'));
}

function shareOfTexts(text: string): number {
  const value = number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('not above 0 and at most 1');
}

function atLeastZero(text: string): number {
  const value = number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('not a whole number');
}
