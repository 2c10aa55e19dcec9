import { type Command, Option } from 'commander';
import { PRECISIONS, type Precision } from '../model/graph.js';
import { makeReport } from '../report/report.js';
import type { Stage } from '../report/stages.js';
import { makeReportFolder, writeReport } from '../report/write.js';
import { openBundle } from '../training/bundle.js';
import { examples } from './examples.js';
import { print, printJson } from './output.js';
import { createProgress } from './progress.js';

interface ReportCommandOptions {
  readonly model: string;
  readonly data: readonly string[];
  readonly unknownLabel?: string;
  readonly out: string;
  readonly runs: readonly string[];
  readonly precision: Precision;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .requiredOption('--model <bundle>', 'model to report on')
    .requiredOption(
      '--data <csv...>',
      'files with the columns id, text, label, and domain where there is one',
    )
    .requiredOption('--out <dir>', 'folder of the page, index.html, and of its numbers, report.json')
    .option('--unknown-label <label>', 'what texts with another label count as (default: an error)')
    .option(
      '--runs <dir...>',
      'training runs to compare: --out folders of train, or folders that hold such',
      [],
    )
    .addOption(new Option('--precision <name>', 'precision of the graph').choices(PRECISIONS).default('int8'))
    .option('--json', 'one JSON object at the end')
    .addHelpText(
      'after',
      examples(
        'moodtape report --model models/default --data valid.csv --out report',
        'moodtape report --model runs/joint --data valid.csv --runs runs/sweep --out report',
      ),
    )
    .action(report);
}

async function report(options: ReportCommandOptions): Promise<void> {
  const opened = await openBundle(options.model);
  await makeReportFolder(options.out);
  const made = await makeReport(opened, { ...options, onStage: stage });
  const page = await writeReport(options.out, made);
  const { n, accuracy, macroF1, weightedF1, ece } = made.evaluation;
  if (options.json)
    return printJson({ page, model: made.model.version, n, accuracy, macroF1, weightedF1, ece });
  await print(
    `${page}: ${n} texts, accuracy ${percent(accuracy)}, macro-F1 ${percent(macroF1)}, ECE ${percent(ece)}`,
  );
}

function stage(title: string, total: number): Stage {
  const progress = createProgress(title, total);
  let done = 0;
  return {
    next: () => progress.update(++done, `${done}/${total} texts`),
    end: () => progress.stop(),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
