import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BenchOptions, Outcome } from '../bench/benchmark.js';
import type { BesideOptions } from '../bench/beside.js';
import type { KafkaOptions } from '../bench/kafka.js';
import type { LatencyOptions } from '../bench/latency.js';
import type { MoeOptions } from '../bench/moe.js';
import type { RefitFiles } from '../bench/refit.js';
import type { ScalingOptions } from '../bench/scaling.js';
import type { StreamOptions } from '../bench/stream.js';
import { ffnExpertsSpecSchema } from '../model/spec.js';
import { outcomeJson, outcomeTables } from './bench-tables.js';
import { examples } from './examples.js';
import { print, printJson } from './output.js';
import { createProgress } from './progress.js';
import { addEngineOptions, settingsOf } from './settings-options.js';
import { number } from './training-options.js';

const DETAILS = `
Each measures us and a peer in turn, in rounds, and prints the medians, their ratio and the machine; the last line is one
JSON object. On a machine that does something else beside, only the ratio says something.`;

export function define(command: Command): void {
  add(command, 'inference', 'the engine against transformers.js with the same model', 2000, 5).action(
    run(async (options) => (await import('../bench/inference.js')).inference(options)),
  );
  add(command, 'overhead', 'log to committed scores against the engine alone', 20_000, 5).action(
    run(async (options) => (await import('../bench/overhead.js')).overhead(options)),
  );
  add(command, 'backfill', 'CSV to scored Parquet against the engine alone, and memory', 50_000, 3).action(
    run(async (options) => (await import('../bench/backfill.js')).backfill(options)),
  );
  add(command, 'beside', 'latency of a live feed beside a backfill against the same feed alone', 6000, 3)
    .option('--seconds <n>', 'how long texts come in each round', count, 20)
    .action(
      run<BesideOptions>(async (...options) => (await import('../bench/beside.js')).beside(...options)),
    );
  add(command, 'latency', 'latency of random arrivals against the time of a full batch', 6000, 3)
    .option('--seconds <n>', 'how long texts come at each load, in each round', count, 20)
    .option('--log', 'from a log to committed scores, not from the queue to scores')
    .action(
      run<LatencyOptions>(async (...options) => (await import('../bench/latency.js')).latency(...options)),
    );
  add(command, 'moe', 'encoders with experts against the dense encoder', 1000, 15)
    .addOption(
      new Option('--kind <kind>', 'feed-forward experts with the gate inside, or plain ones')
        .choices(ffnExpertsSpecSchema.shape.kind.options)
        .default('gated'),
    )
    .option('--experts <n>', 'feed-forward experts in a layer', count, 8)
    .option('--top-k <n>', 'of these, experts that compute for a token', count, 1)
    .action(run<MoeOptions>(async (...options) => (await import('../bench/moe.js')).moe(...options)));
  add(command, 'start', 'process start to first score against transformers.js', 1, 10).action(
    run(async (options) => (await import('../bench/start.js')).start(options)),
  );
  add(command, 'kafka', 'the scorer over Kafka, without a model, against a kafkajs loop by hand', 60_000, 5)
    .addOption(
      new Option('--brokers <list>', 'host:port, separated by commas')
        .env('MOODTAPE_KAFKA_BROKERS')
        .argParser((text) => text.split(','))
        .default(['localhost:9092'], 'localhost:9092'),
    )
    .action(run<KafkaOptions>(async (...options) => (await import('../bench/kafka.js')).kafka(...options)));
  add(command, 'scaling', 'scorers like this machine that a load needs, by simulation', 6000, 3)
    .option('--within <ms>', 'what 99 % of the texts may take from the log to their commit', count, 200)
    .option('--commit <ms>', 'what a transaction takes', number, 20)
    .action(
      run<ScalingOptions>(async (...options) => (await import('../bench/scaling.js')).scaling(...options)),
    );
  add(command, 'stream', 'the dashboard’s stream: latency to many clients against one', 500, 3)
    .option('--clients <n>', 'clients at the same time', count, 1000)
    .action(
      run<StreamOptions>(async (...options) => (await import('../bench/stream.js')).stream(...options)),
    );
  add(
    command,
    'refit',
    'a model that follows labels, refitted --rounds times after --texts new ones each, against what it was',
    2000,
    5,
  )
    .requiredOption('--stream <csv...>', 'labels that come in: columns id, text, label, domain')
    .option('--replay <csv...>', 'what the model was made from: some is learned from again', [])
    .option('--golden <csv...>', 'the golden set of the gate', [])
    .requiredOption('--test <csv...>', 'files to measure the live model on, each by itself')
    .action(run<RefitFiles>(async (...options) => (await import('../bench/refit.js')).refit(...options)));
  command.addHelpText('after', DETAILS).addHelpText('after', examples('moodtape bench inference'));
}

/** A benchmark with the options that all have. */
function add(command: Command, name: string, summary: string, texts: number, rounds: number): Command {
  return addEngineOptions(command.command(name).description(summary))
    .option('--data <path...>', 'CSV or NDJSON files, or folders of test.csv files (default: the demo feed)')
    .option('--texts <n>', 'texts to measure with', count, texts)
    .option('--rounds <n>', 'how often each side is measured', count, rounds)
    .option('--json', 'nothing but the JSON object')
    .addHelpText('after', examples(`moodtape bench ${name}`));
}

interface Flags extends Pick<BenchOptions, 'texts' | 'rounds'> {
  readonly data?: readonly string[];
  readonly json?: boolean;
}

/** The action of a benchmark, which takes what all are told and `Own` flags. */
function run<Own>(measure: (options: BenchOptions, own: Own) => Promise<Outcome>) {
  return async (flags: Flags & Own, command: Command): Promise<void> => {
    const { texts, rounds, data = [], json } = flags;
    const progress = createProgress(command.name(), rounds);
    const onRound = (done: number) => progress.update(done);
    const settings = settingsOf(command);
    const outcome = await measure({ settings, data, texts, rounds, onRound }, flags).finally(progress.stop);
    if (!json) await print(`${outcomeTables(outcome)}\n`);
    await printJson(outcomeJson(command.name(), outcome));
  };
}

function count(text: string): number {
  const value = number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('not a whole number above 0');
}
