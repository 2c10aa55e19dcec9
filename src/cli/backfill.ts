import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openArchive } from '../backfill/archive.js';
import { writeIndex } from '../backfill/archive-index.js';
import { backfill } from '../backfill/backfill.js';
import { type ColumnNames, parseColumns } from '../backfill/columns.js';
import { findSources, STANDARD } from '../backfill/inputs.js';
import { originOf } from '../backfill/journal.js';
import { kindOf } from '../backfill/kind.js';
import { rejectedPath } from '../backfill/ledger.js';
import { Output, STDOUT_REJECTED } from '../backfill/output.js';
import type { ReadingOptions } from '../backfill/row-reader.js';
import { scoreWindows } from '../backfill/score-window.js';
import type { Source } from '../backfill/source.js';
import { DOMAINS, type Domain } from '../codec/sentiment.js';
import { WINDOW_NAMES, type WindowName } from '../flow/window.js';
import { openEngine } from '../open-engine.js';
import { readTopology } from '../topology/file.js';
import { conclude, followed, until } from './backfill-end.js';
import { previewSources } from './backfill-preview.js';
import { sendThrough } from './backfill-topology.js';
import { examples } from './examples.js';
import { warn } from './failure.js';
import { profileOption } from './profile-option.js';
import { addEngineOptions, settingsOf } from './settings-options.js';

interface Options {
  readonly out?: string;
  readonly columns?: string;
  readonly id?: string;
  readonly text?: string;
  readonly domain: Domain;
  readonly from: string;
  readonly to: string;
  readonly index?: WindowName;
  readonly topology?: string;
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Reads .csv and .tsv (with a header), .ndjson and .jsonl, also as .gz or .zst, and .parquet; several files, patterns in
quotes, or - for stdin. Writes what the name of the output says, in the order of the input; - is stdout.

Columns are known of our own records, FinNF, 财联社 telegraph, 东方财富股吧 and akshare news, and guessed elsewhere;
--dry-run shows the first rows as they would be read.

Rows that cannot be scored go to OUT.rejected.ndjson with what is wrong, their file and line, and how they look there.
Exit code 0: all rows are scored; 3: some are rejected; 1: all are, or the work failed.

Stopped, or even killed, it goes on where it was when it is started again in the same words, and the output is the same
to the byte as that of an unbroken run: OUT.journal says how far it has come.`;

export function define(command: Command): void {
  addEngineOptions(command)
    .argument('<file...>', 'files, patterns such as "archive/*.csv.gz", or - for stdin')
    .option('--out <file>', 'where the scores go; - for stdout')
    .option('--columns <list>', 'columns, as text=content,publishedAt=ctime, or a YAML file that says so')
    .option('--id <name>', 'column of the id, as --columns id=NAME; else a row has its number')
    .option('--text <name>', 'column of the text, as --columns text=NAME')
    .addOption(
      new Option('--domain <domain>', 'what rows are that do not say').choices(DOMAINS).default(DOMAINS[0]),
    )
    .option('--from <kind>', 'what stdin is: csv, tsv, ndjson, csv.gz, …', 'ndjson')
    .option('--to <kind>', 'what is written to stdout: csv, ndjson.zst, parquet, …', 'ndjson')
    .addOption(
      new Option(
        '--index <window>',
        'write means by symbol and domain over windows to OUT.index.csv',
      ).choices(WINDOW_NAMES),
    )
    .option(
      '--topology <file>',
      'send the rows to the scorers of a topology, below its live texts, instead of --out',
    )
    .addOption(profileOption())
    .option('--dry-run', 'show the first rows of each file as they would be read, and score none')
    .option('--force', 'start over, whatever there is in the output')
    .option('--json', 'end with one JSON object')
    .addHelpText('after', DETAILS)
    .addHelpText(
      'after',
      examples(
        'moodtape backfill news.csv posts.ndjson.gz --out scored.parquet',
        'moodtape backfill "archive/*.parquet" --columns text=正文,publishedAt=时间 --out scored.csv --index 1d',
        'moodtape backfill "archive/*.parquet" --topology topologies/backfill.yaml --profile production',
        'zcat archive.csv.gz | moodtape backfill - --from csv --out - > scored.ndjson',
      ),
    )
    .action(run);
}

async function run(names: readonly string[], options: Options, command: Command): Promise<void> {
  const { out, from, dryRun = false, json = false } = options;
  const sources = await findSources(names, from);
  const reading: ReadingOptions = { columns: await columnsOf(options), domain: options.domain };
  if (dryRun) return previewSources(sources, reading, json);
  const { topology, profile, force = false, index } = options;
  if (topology !== undefined) {
    if (out !== undefined || index !== undefined) {
      command.error('error: with --topology the scores go to its topics, not to --out or --index');
    }
    return sendThrough(await readTopology(topology, { profile }), sources, reading, { force, json }, command);
  }
  if (out === undefined) command.error("error: required option '--out <file>' not specified");
  if (sources.some(({ name }) => resolve(name) === resolve(out))) {
    command.error(`error: ${out} is an input file`);
  }
  if (out === STANDARD && index !== undefined) {
    command.error('error: --index reads the output again, and stdout cannot be read');
  }
  await scoreInto(out, sources, reading, options, command);
}

async function scoreInto(
  out: string,
  sources: readonly Source[],
  reading: ReadingOptions,
  { to, index, force = false, json = false }: Options,
  command: Command,
): Promise<void> {
  // Said before a model is loaded.
  const kind = kindOf(out === STANDARD ? to : out);
  const engine = await openEngine(settingsOf(command), { onFallback: warn });
  const archive = openArchive(sources, reading);
  const { seconds, onProgress, stop } = followed(archive);
  const work = async () => {
    const output =
      out === STANDARD
        ? await Output.stdout(kind, engine.model)
        : await Output.open(out, engine.model, originOf(sources, reading, engine.model), force);
    try {
      return await backfill({
        archive,
        work: scoreWindows(engine),
        results: output,
        onProgress,
      });
    } finally {
      await output.close();
    }
  };
  try {
    const counts = await until(work(), out);
    const scoring = seconds();
    const indexed = index && (await until(writeIndex(out, [index]), out));
    stop();
    const rejects = out === STANDARD ? STDOUT_REJECTED : rejectedPath(out);
    await conclude({ counts, out, rejects, seconds: scoring, ...(indexed && { indexed }) }, json);
  } finally {
    stop();
    await engine.close();
  }
}

async function columnsOf({ columns, id, text }: Options): Promise<ColumnNames> {
  const named = columns === undefined ? {} : await parseColumns(columns);
  return { ...named, ...(id !== undefined && { id }), ...(text !== undefined && { text }) };
}
