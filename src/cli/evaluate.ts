import { type Command, Option } from 'commander';
import { LABELS } from '../codec/sentiment.js';
import { classifyZeroShot } from '../llm/zero-shot.js';
import { PRECISIONS, type Precision } from '../model/graph.js';
import { routeTo } from '../model/route.js';
import { openBundle } from '../training/bundle.js';
import { normalisedExamples } from '../training/corpus.js';
import { type ReadOptions, readExamples } from '../training/dataset.js';
import { evaluationReport, type FullReport } from '../training/evaluation.js';
import { pairedTest } from '../training/paired-test.js';
import { predict, type RoutedPrediction } from '../training/predictions.js';
import { reportTables } from './evaluation-tables.js';
import { examples } from './examples.js';
import { addLlmOptions, type LlmOptions, openRespondent } from './llm-options.js';
import { print, printJson } from './output.js';
import { createProgress } from './progress.js';
import { stopSignal } from './signals.js';

interface EvaluateOptions extends LlmOptions, ReadOptions {
  readonly model?: string;
  readonly data: readonly string[];
  readonly precision: Precision;
  readonly expert?: string;
  readonly labels: readonly string[];
  readonly against?: string;
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .option('--model <bundle>', 'model to evaluate; this or --llm')
    .requiredOption(
      '--data <csv...>',
      'files with the columns id, text, label, and domain where there is one',
    )
    .option('--unknown-label <label>', 'what texts with another label count as (default: an error)')
    .addOption(new Option('--precision <name>', 'precision of the graph').choices(PRECISIONS).default('int8'))
    .addOption(new Option('--expert <name>', 'that expert alone, whatever the router says').conflicts('llm'))
    .option('--against <bundle>', 'another model: paired test of the accuracies');
  addLlmOptions(command, 'chat model to evaluate without training')
    .addOption(
      new Option(
        '--labels <name...>',
        'what the chat model chooses from, in the order of the labels’ numbers',
      )
        .default([...LABELS])
        .conflicts('model'),
    )
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      examples(
        'moodtape evaluate --model models/default --data test.csv',
        'moodtape evaluate --model models/default --data test.csv --against runs/base --json',
        'moodtape evaluate --llm http://localhost:11434/v1 --llm-model qwen2.5:7b --data test.csv --against models/default',
      ),
    )
    .action(evaluate);
}

interface Evaluation {
  /** In the order of the texts. */
  readonly predictions: RoutedPrediction[];
  readonly report: FullReport & {
    readonly model: string;
    readonly graph?: string;
    readonly unparsable?: Unparsable;
  };
}

/** Answers of a chat model that name no label; their texts count as wrong. */
interface Unparsable {
  readonly count: number;
  readonly examples: readonly string[];
}

async function evaluate(options: EvaluateOptions, command: Command): Promise<void> {
  const { predictions, report } = await evaluateEither(options, command);
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
  await print(`model ${report.model}\n\n${reportTables(report)}`);
  if (report.unparsable !== undefined && report.unparsable.count > 0) {
    const shown = report.unparsable.examples.map((answer) => `“${answer}”`).join(', ');
    await print(
      `\n${report.unparsable.count} answers name none of the labels and count as wrong, such as ${shown}`,
    );
  }
  if (against === undefined) return;
  const [low, high] = against.interval.map(points);
  await print(
    `\nagainst ${against.model}: ${points(against.difference)} points of accuracy (95 % interval ${low} to ${high}); ` +
      `right alone ${against.onlyFirst} to ${against.onlySecond}, McNemar p = ${against.pValue.toFixed(3)}`,
  );
}

async function evaluateEither(options: EvaluateOptions, command: Command): Promise<Evaluation> {
  const { model, llm } = options;
  if (model !== undefined && llm === undefined) return evaluateModel(model, options);
  if (llm !== undefined && model === undefined) return evaluateLlm(llm, options);
  return command.error('error: give either --model or --llm (and another model with --against)');
}

type ModelOptions = Pick<EvaluateOptions, 'data' | 'precision' | 'unknownLabel'> & {
  readonly expert?: string | undefined;
};

async function evaluateModel(
  dir: string,
  { data, precision, expert, unknownLabel }: ModelOptions,
): Promise<Evaluation> {
  const { bundle, model, read } = await openBundle(dir);
  const { labels, experts } = model.spec;
  const route = routeTo(expert, model.spec);
  const texts = await read(data, { unknownLabel });
  const predictions = await predict(model, texts, { precision, temperature: bundle.temperature, route });
  const report = evaluationReport(texts, predictions, labels, experts?.names ?? []);
  return { predictions, report: { model: bundle.version, graph: precision, ...report } };
}

const SHOWN_ANSWERS = 5;
const SHOWN_LETTERS = 60;

async function evaluateLlm(url: string, options: EvaluateOptions): Promise<Evaluation> {
  const { labels } = options;
  const texts = normalisedExamples(await readExamples(options.data, labels, options));
  const respondent = await openRespondent(url, options);
  const progress = createProgress(`ask ${respondent.model}`, texts.length);
  const asking = { onAnswer: (done: number) => progress.update(done), stop: stopSignal() };
  const { predictions, unparsable } = await classifyZeroShot(respondent, texts, labels, asking).finally(() =>
    progress.stop(),
  );
  const shown = new Set(unparsable.map((answer) => answer.slice(0, SHOWN_LETTERS)));
  return {
    predictions,
    report: {
      model: respondent.model,
      unparsable: { count: unparsable.length, examples: [...shown].slice(0, SHOWN_ANSWERS) },
      ...evaluationReport(texts, predictions, labels, []),
    },
  };
}

const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(2)}`;
