import { openBundle, saveTrained } from '../training/bundle.js';
import { merge } from '../training/phases/merge.js';
import { seedFolder, startOfSeed } from '../training/seeds.js';
import { print } from './output.js';

export interface MergeOptions {
  readonly out: string;
  readonly name?: string;
  readonly seed: number;
  readonly seeds?: readonly number[];
}

export async function mergeExperts(dirs: readonly string[], options: MergeOptions): Promise<void> {
  const { out, seed, seeds } = options;
  if (seeds === undefined) return mergeInto(out, dirs, seed, options.name);
  for (const each of seeds) {
    const own = dirs.map((dir) => startOfSeed(dir, each));
    await mergeInto(seedFolder(out, each), own, each, options.name);
  }
}

async function mergeInto(out: string, dirs: readonly string[], seed: number, named?: string): Promise<void> {
  const opened = await Promise.all(dirs.map(openBundle));
  const merged = merge(
    opened.map(({ model }) => model),
    seed,
  );
  const from = opened.map(({ bundle }) => bundle);
  const name = named ?? from[0]?.name ?? 'merged';
  const nothing = { settings: {}, backend: 'none', train: [], valid: [] } as const;
  const bundle = await saveTrained(out, name, merged, { phase: 'merge', ...nothing, from });
  await print(`${out}: experts ${merged.spec.experts?.names.join(', ')}, version ${bundle.version}`);
}
