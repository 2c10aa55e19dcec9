import type { Run, RunScores, Setting } from './runs.js';

/** Runs of equal settings but for the seed. */
export interface SweepGroup {
  /** The settings that differ between groups. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly runs: readonly Run[];
  readonly mean: RunScores;
  /** Sample standard deviation over the runs; undefined for a single one. */
  readonly deviation: RunScores | undefined;
}

/** Runs side by side. */
export interface Sweep {
  /** Names of the settings that differ between the runs, the seed left out. */
  readonly varied: readonly string[];
  readonly groups: readonly SweepGroup[];
}

/** Puts runs together that differ in their seed alone, ordered by their settings. */
export function sweepOf(runs: readonly Run[]): Sweep {
  const names = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const settingOf = (run: Run, name: string) => run.settings[name] ?? null;
  const varied = names.filter(
    (name) => name !== 'seed' && new Set(runs.map((run) => settingOf(run, name))).size > 1,
  );
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify(varied.map((name) => settingOf(run, name)));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const settingsOf = ([run]: readonly Run[]) =>
    Object.fromEntries(varied.map((name) => [name, run === undefined ? null : settingOf(run, name)]));
  return {
    varied,
    groups: [...groups.values()]
      .map((group) => ({ settings: settingsOf(group), runs: group, ...spread(group) }))
      .sort((a, b) => compared(a, b, varied)),
  };
}

function compared(a: SweepGroup, b: SweepGroup, names: readonly string[]): number {
  for (const name of names) {
    const [one = null, other = null] = [a.settings[name], b.settings[name]];
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return 0;
}

function spread(runs: readonly Run[]): Pick<SweepGroup, 'mean' | 'deviation'> {
  const over = (of: (values: readonly number[]) => number): RunScores => ({
    accuracy: of(runs.map(({ scores }) => scores.accuracy)),
    macroF1: of(runs.map(({ scores }) => scores.macroF1)),
    weightedF1: of(runs.map(({ scores }) => scores.weightedF1)),
    ece: of(runs.map(({ scores }) => scores.ece)),
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (values: readonly number[]) => {
    const centre = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
  };
  return { mean: over(mean), deviation: runs.length > 1 ? over(deviation) : undefined };
}
