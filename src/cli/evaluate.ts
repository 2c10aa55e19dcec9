import { type Command, Option } from 'commander';
import { MoodtapeError } from '../errors.js';
import { openBundle } from '../training/bundle.js';
import { type EvaluationReport, evaluationReport, type FullReport } from '../training/evaluation.js';
import { pairedTest } from '../training/paired-test.js';
import { predict, type RoutedPrediction } from '../training/predictions.js';
import { examples } from './examples.js';
import { print, printJson, table } from './output.js';

interface EvaluateOptions {
  readonly model: string;
  readonly data: readonly string[];
  readonly precision: 'int8' | 'fp32';
  readonly expert?: string;
  readonly against?: string;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .requiredOption('--model <bundle>', 'model to evaluate')
    .requiredOption(
      '--data <csv...>',
      'files with the columns id, text, label, and domain where there is one',
    )
    .addOption(
      new Option('--precision <name>', 'precision of the graph').choices(['int8', 'fp32']).default('int8'),
    )
    .option('--expert <name>', 'that expert alone, whatever the router says')
    .option('--against <bundle>', 'another model: paired test of the accuracies')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      examples(
        'moodtape evaluate --model models/default --data test.csv',
        'moodtape evaluate --model models/default --data test.csv --against runs/base --json',
      ),
    )
    .action(evaluate);
}

async function evaluate(options: EvaluateOptions): Promise<void> {
  const { predictions, report } = await evaluateModel(options.model, options);
  const other =
    options.against === undefined
      ? undefined
      : await evaluateModel(options.against, { ...options, expert: undefined });
  const against = other && {
    model: options.against,
    accuracy: other.report.accuracy,
    ...pairedTest(predictions, other.predictions),
  };
  if (options.json) return printJson({ ...report, against });
  await printReport(report);
  if (against === undefined) return;
  const [low, high] = against.interval.map(points);
  await print(
    `\nagainst ${against.model}: ${points(against.difference)} points of accuracy (95 % interval ${low} to ${high}); ` +
      `right alone ${against.onlyFirst} to ${against.onlySecond}, McNemar p = ${against.pValue.toFixed(3)}`,
  );
}

async function evaluateModel(
  dir: string,
  { data, precision, expert }: Pick<EvaluateOptions, 'data' | 'precision'> & { expert?: string | undefined },
): Promise<{ predictions: RoutedPrediction[]; report: FullReport & { model: string; graph: string } }> {
  const { bundle, model, read } = await openBundle(dir);
  const { labels, experts } = model.spec;
  const names = experts?.names ?? [];
  if (expert !== undefined && !names.includes(expert)) {
    throw new MoodtapeError(
      'MT_CONFIG',
      `${dir} has no expert ${expert}; it has ${names.join(', ') || 'none'}`,
    );
  }
  const texts = await read(data);
  const route = expert === undefined ? 'router' : { expert: names.indexOf(expert) };
  const predictions = await predict(model, texts, { precision, temperature: bundle.temperature, route });
  const report = evaluationReport(texts, predictions, labels, names);
  return { predictions, report: { model: bundle.version, graph: precision, ...report } };
}

async function printReport(report: FullReport & { model: string }): Promise<void> {
  const parts: [string, EvaluationReport][] = [['all', report], ...Object.entries(report.byDomain)];
  const rows = parts.map(([name, part]) => [
    name,
    part.n,
    ...[part.accuracy, part.macroPrecision, part.macroRecall, part.macroF1, part.weightedF1, part.ece].map(
      percent,
    ),
    part.routing === undefined ? '–' : percent(part.routing.accuracy),
  ]);
  await print(`model ${report.model}\n`);
  await print(
    table(
      ['', 'texts', 'accuracy', 'macro P', 'macro R', 'macro F1', 'weighted F1', 'ECE', 'routed home'],
      rows,
    ),
  );
  const byLabel = report.labels.map((label) => [
    label,
    report.support[label] ?? 0,
    ...[report.precision, report.recall, report.f1].map((metric) => percent(metric[label] ?? 0)),
  ]);
  await print(`\n${table(['label', 'texts', 'precision', 'recall', 'F1'], byLabel)}`);
  const confusion = report.confusion.map((row, i) => [report.labels[i] ?? '', ...row]);
  await print(`\n${table(['true \\ said', ...report.labels], confusion)}`);
}

const percent = (share: number) => (100 * share).toFixed(2);
const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(2)}`;
