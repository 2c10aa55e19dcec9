import type { Command } from 'commander';
import { resolveSettings } from '../config.js';
import { createLogger } from '../observe/logger.js';
import { ScorerStats } from '../observe/scorer-stats.js';
import { readTopology } from '../topology/file.js';
import { runTopology } from '../topology/run.js';
import { examples } from './examples.js';
import { EXIT, report } from './failure.js';
import { printJson } from './output.js';
import { profileOption } from './profile-option.js';
import { addEngineOptions } from './settings-options.js';
import { stopSignal } from './signals.js';

interface Options {
  readonly profile?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Runs until SIGTERM or Ctrl-C, then drains: what was read is committed before it ends, unless that takes more than 25 seconds;
then it is read again by the next run. A second signal ends it at once. Logs JSON lines to stderr.
A profile completes what the file says, variables win over both, and options over all.`;

export function define(command: Command): void {
  addEngineOptions(command)
    .argument('<file>', 'topology file')
    .addOption(profileOption())
    .option('--once', 'end when the feeds do and all is worked on')
    .option('--json', 'end with one JSON object')
    .addHelpText('after', DETAILS)
    .addHelpText(
      'after',
      examples('moodtape run topologies/demo.yaml', 'moodtape run topologies/live.yaml --profile production'),
    )
    .action(run);
}

async function run(file: string, { profile, once = false, json }: Options, command: Command): Promise<void> {
  const topology = await readTopology(file, { profile });
  const { model } = topology.trainer ?? {};
  const said = { ...(model !== undefined && { model }), ...topology.scorer };
  const settings = resolveSettings({ file: said, flags: command.optsWithGlobals() });
  const logger = createLogger(settings.logLevel);
  const stats = new ScorerStats();
  const stop = stopSignal();
  stop.addEventListener('abort', () => logger.info('draining'));
  const drained = await runTopology(topology, {
    settings,
    logger,
    stop,
    once,
    onEvent: (event) => stats.record(event, performance.now()),
  }).catch((error: unknown) => process.exit(report(error)));
  const summary = topology.scorer === undefined ? {} : stats.summary();
  logger.info(summary, 'ended');
  if (json) await printJson(summary);
  if (!drained) logger.warn('not drained in time; what is not committed is read again by the next run');
  // Whatever is still open would keep the process alive: the connection to a server that is away, or one that a client left behind.
  process.exit(EXIT.done);
}
