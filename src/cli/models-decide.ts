import { loadBundle } from '../model/bundle.js';
import { ModelRegistry } from '../registry/registry.js';
import { findModel, type RegistryOptions, requireRegistry } from './models-registry.js';
import { print, printJson } from './output.js';

interface DecideOptions extends RegistryOptions {
  readonly reason?: string;
}

/** Makes a version live, or a bundle that is not in the registry yet. */
export async function promote(
  named: string,
  { registry: folder, reason, json }: DecideOptions,
): Promise<void> {
  const { dir, version: known } = await findModel(named, folder);
  // A name that is none makes no registry.
  if (known === undefined) await loadBundle(dir);
  const registry = await ModelRegistry.open(folder);
  const version = known ?? (await registry.register(dir));
  const event = await registry.promote(version, { reason });
  if (json) return printJson(event);
  await print(`${version} is live${event.previous === null ? '' : `; before it was ${event.previous}`}`);
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
