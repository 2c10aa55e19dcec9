import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { packagePath, resolveSettings } from '../config.js';
import { createLogger } from '../observe/logger.js';
import { ScorerStats } from '../observe/scorer-stats.js';
import { readTopology } from '../topology/file.js';
import { runTopology } from '../topology/run.js';
import type { Topology } from '../topology/topology.js';
import { DemoScreen } from './demo-screen.js';
import { examples } from './examples.js';
import { freePort } from './free-port.js';
import { openBrowser } from './open-browser.js';
import { printJson } from './output.js';
import { addEngineOptions } from './settings-options.js';
import { stopSignal } from './signals.js';

interface Options {
  readonly open: boolean;
  readonly once?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Runs topologies/demo.yaml in a temporary folder: two feeds of invented news and posts, a few of them broken on purpose,
into a log, a scorer, a view and its dashboard, which it opens in the browser of a desktop. As on the mainland's tickers, red
rises and green falls.`;

export function define(command: Command): void {
  addEngineOptions(command)
    .option('--no-open', 'do not open the dashboard in a browser')
    .option('--once', 'the feeds once, as fast as it goes; the last line is one JSON object')
    .option('--json', 'nothing but the JSON object at the end')
    .addHelpText('after', DETAILS)
    .addHelpText('after', examples('moodtape demo', 'moodtape demo --once'))
    .action(run);
}

async function run({ open, once = false, json = false }: Options, command: Command): Promise<void> {
  // The screen shows what a log would say; only what goes wrong is logged.
  const settings = resolveSettings({ file: { logLevel: 'error' }, flags: command.optsWithGlobals() });
  const folder = temporaryFolder();
  const stats = new ScorerStats();
  const file = await readTopology(packagePath('topologies', 'demo.yaml'), { variables: {} });
  const { dashboard, ...topology } = demoTopology(file, folder, once);
  const shown = dashboard && !once && !json && { ...dashboard, port: await freePort(dashboard) };
  if (!json && !once) process.stdout.write(pc.dim('Ctrl-C ends the demo.\n'));
  await runTopology(shown ? { ...topology, dashboard: shown } : topology, {
    settings: { ...settings, home: folder },
    logger: createLogger(settings.logLevel),
    stop: stopSignal(),
    once,
    onEvent: (event) => stats.record(event, performance.now()),
    ...(!json && {
      watch: ({ view, dashboard: address }) => {
        if (open && address !== undefined) openBrowser(address);
        return new DemoScreen(stats, view, address);
      },
    }),
  });
  if (once || json) await printJson(stats.summary());
}

/** Gone when the process ends, also when its reader goes away (`| head`). */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moodtape-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same flow in a folder of its own; once through the feeds without a pause, or at their pace for ever. */
function demoTopology(topology: Topology, folder: string, once: boolean): Topology {
  return {
    ...topology,
    log: within(folder, 'log', topology.log),
    feeds: once ? topology.feeds.map((feed) => ({ ...feed, rate: 0, loop: false })) : topology.feeds,
    ...(topology.view && { view: within(folder, 'view', topology.view) }),
  };
}

function within<T extends { kind: string }>(folder: string, name: string, fields: T): T {
  return fields.kind === 'embedded' ? { ...fields, path: join(folder, name) } : fields;
}
