import { resolve } from 'node:path';
import pc from 'picocolors';
import { packagePath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import { installedModels } from '../registry/installed.js';
import { overviewOf, type VersionOverview } from '../registry/overview.js';
import { openExisting, type RegistryOptions } from './models-registry.js';
import { expertsOf, gateNumbers, happened, percent, timeOf } from './models-text.js';
import { print, printJson, table } from './output.js';

/** Lists the versions of the registry, and the bundles of the package and of the working folder. */
export async function list({ registry: folder, json }: RegistryOptions): Promise<void> {
  const registry = await openExisting(folder);
  const versions = registry === undefined ? [] : await overviewOf(registry);
  const models = await installedModels([...new Set([packagePath('models'), resolve('models')])]);
  if (json) {
    for (const { model: name, ...rest } of versions) {
      await printJson({ dir: registry?.folderOf(rest.version), name, ...rest });
    }
    for (const { dir, bundle } of models) await printJson({ dir, ...summaryOf(bundle) });
    return;
  }
  if (versions.length > 0) {
    const head = ['version', '', 'name', 'registered (UTC)', 'last decision (UTC)', 'accuracy, points'];
    await print(`${table(head, versions.map(versionRow))}\n`);
  }
  if (models.length > 0) {
    const rows = models.map(({ dir, bundle }) => [dir, ...bundleCells(bundle)]);
    await print(table(['folder', 'name', 'version', 'experts', 'tokens'], rows));
  } else if (versions.length === 0) {
    await print('No models. `moodtape import` makes one of a checkpoint.');
  }
}

function versionRow({ version, aliases, share, model, registeredAt, decision }: VersionOverview): string[] {
  const marks = aliases.map((alias) => (alias === 'live' ? pc.green(alias) : alias)).join(', ');
  return [
    version,
    share === undefined ? marks : `${marks} ${percent(share)}`,
    model,
    timeOf(registeredAt),
    decision === undefined ? '' : `${happened(decision)} ${timeOf(decision.at)}`,
    decision === undefined ? '' : gateNumbers(decision),
  ];
}

function bundleCells(bundle: Bundle | MoodtapeError) {
  if (bundle instanceof MoodtapeError) return [pc.red(bundle.code), '', '', ''];
  return [bundle.name, bundle.version, expertsOf(bundle), bundle.spec.maxLength];
}

function summaryOf(bundle: Bundle | MoodtapeError) {
  if (bundle instanceof MoodtapeError) return { code: bundle.code, message: bundle.message };
  const { name, version, spec, metrics } = bundle;
  const { labels, maxLength } = spec;
  return { name, version, labels, experts: spec.experts?.names ?? [], maxLength, metrics };
}
