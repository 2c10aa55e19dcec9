import { loadBundle } from '../model/bundle.js';
import { ModelRegistry } from '../registry/registry.js';
import { findModel, type RegistryOptions, requireRegistry } from './models-registry.js';
import { happened } from './models-text.js';
import { print, printJson } from './output.js';

interface DecideOptions extends RegistryOptions {
  readonly reason?: string;
}

/** Makes a version live, or a bundle that is not in the registry yet. */
export async function promote(
  named: string,
  { registry: folder, reason, json }: DecideOptions,
): Promise<void> {
  const { registry, version } = await registered(named, folder);
  const event = await registry.promote(version, { reason });
  if (json) return printJson(event);
  await print(`${version} is live${event.previous === null ? '' : `; before it was ${event.previous}`}`);
}

/** Lets a version, or a bundle, score a share of the texts against the live one. */
export async function tryOut(
  named: string,
  {
    registry: folder,
    shadow,
    share,
    reason,
    json,
  }: DecideOptions & { readonly shadow?: boolean; readonly share: number },
): Promise<void> {
  const { registry, version } = await registered(named, folder);
  const event = await registry.startTrial(version, { kind: shadow ? 'shadow' : 'canary', share }, { reason });
  if (json) return printJson(event);
  await print(`${version} is on trial: ${happened(event)} of the texts, against ${event.previous}`);
}

export async function endTrial({ registry: folder, reason, json }: DecideOptions): Promise<void> {
  const registry = await requireRegistry(folder);
  const event = await registry.endTrial({ reason });
  if (json) return printJson(event);
  await print(`${event.version} is no longer on trial; ${event.previous} scores all texts`);
}

export async function rollback({ registry: folder, reason, json }: DecideOptions): Promise<void> {
  const registry = await requireRegistry(folder);
  const event = await registry.rollback({ reason });
  if (json) return printJson(event);
  await print(`${event.version} is live again, in the place of ${event.previous}`);
}

export async function collect({
  registry: folder,
  keep,
  json,
}: RegistryOptions & { readonly keep: number }): Promise<void> {
  const registry = await requireRegistry(folder);
  const removed = await registry.collect({ keep });
  if (json) return printJson({ removed });
  await print(removed.length === 0 ? 'nothing to remove' : `removed ${removed.join(', ')}`);
}

/** The version that a user means; a bundle that is none yet becomes one. */
async function registered(named: string, folder: string) {
  const { dir, version: known } = await findModel(named, folder);
  // A name that is none makes no registry.
  if (known === undefined) await loadBundle(dir);
  const registry = await ModelRegistry.open(folder);
  return { registry, version: known ?? (await registry.register(dir)) };
}
