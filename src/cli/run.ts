import type { Command } from 'commander';
import { resolveSettings } from '../config.js';
import { createLogger } from '../observe/logger.js';
import { ScorerStats } from '../observe/scorer-stats.js';
import { readTopology } from '../topology/file.js';
import { runTopology } from '../topology/run.js';
import { examples } from './examples.js';
import { printJson } from './output.js';
import { addEngineOptions } from './settings-options.js';
import { stopSignal } from './signals.js';

interface Options {
  readonly once?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Runs until SIGTERM or Ctrl-C, then drains: what was read is committed before it ends. Logs JSON lines to stderr.
Options and variables win over what the file says of the model.`;

export function define(command: Command): void {
  addEngineOptions(command)
    .argument('<file>', 'topology file')
    .option('--once', 'end when the feeds do and all is worked on')
    .option('--json', 'end with one JSON object')
    .addHelpText('after', DETAILS)
    .addHelpText('after', examples('moodtape run topologies/demo.yaml'))
    .action(run);
}

async function run(file: string, { once = false, json }: Options, command: Command): Promise<void> {
  const topology = await readTopology(file);
  const settings = resolveSettings({ file: topology.scorer ?? {}, flags: command.optsWithGlobals() });
  const logger = createLogger(settings.logLevel);
  const stats = new ScorerStats();
  const stop = stopSignal();
  stop.addEventListener('abort', () => logger.info('draining'));
  await runTopology(topology, {
    settings,
    logger,
    stop,
    once,
    onEvent: (event) => stats.record(event, performance.now()),
  });
  logger.info(stats.summary(), 'ended');
  if (json) await printJson(stats.summary());
}
