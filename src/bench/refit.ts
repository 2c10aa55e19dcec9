import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LABELS } from '../codec/sentiment.js';
import { userPath } from '../config.js';
import { MoodtapeError } from '../errors.js';
import { DEFAULT_REFIT, MOST_LABELS } from '../refit/candidate/refit-settings.js';
import { gateSettingsSchema } from '../refit/gate/gate.js';
import { ModelRegistry } from '../registry/registry.js';
import { type Example, readExamples } from '../training/dataset.js';
import { measureBundle } from '../training/measure.js';
import type { BenchOptions, Outcome, Row } from './benchmark.js';
import { type Followed, Follower } from './refit/follower.js';

/** CSV files with the columns id, text, label and domain. */
export interface RefitFiles {
  /** Labels that come in, in this order. */
  readonly stream: readonly string[];
  /** What the model was made from. */
  readonly replay: readonly string[];
  /** See `readGolden`. */
  readonly golden: readonly string[];
  /** Each is measured after every refit. */
  readonly test: readonly string[];
}

/**
 * Accuracy of a model that follows a stream of labels, in `rounds` refits after `texts` new labels each, against the model that
 * it started from. Then labels of the next texts come that are all wrong, as many again: nothing of them should go live.
 *
 * @throws MoodtapeError MT_DATA when the stream has too few labels.
 */
export async function refit(options: BenchOptions, files: RefitFiles): Promise<Outcome> {
  const { settings, texts: labels, rounds, onRound } = options;
  const stream = await readExamples(files.stream, LABELS);
  if (stream.length < 2 * rounds * labels) {
    throw new MoodtapeError(
      'MT_DATA',
      `${stream.length} labels are too few for ${2 * rounds} refits of ${labels}`,
      { remedy: 'give more files to --stream, or lower --texts or --rounds' },
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'moodtape-bench-'));
  const registry = await ModelRegistry.open(join(folder, 'models'));
  const follower = new Follower(folder, registry, {
    texts: MOST_LABELS,
    replay: files.replay,
    golden: files.golden,
    settings: DEFAULT_REFIT,
    gate: gateSettingsSchema.parse({}),
    niceness: 0,
    threads: availableParallelism(),
    keepVersions: 2,
  });
  try {
    await registry.promote(await registry.register(userPath(settings.model)));
    const before = await reached(registry, files.test);
    const steps: Step[] = [];
    for (const [name, change] of STREAMS) {
      for (let round = 0; round < rounds; round++) {
        const from = steps.length * labels;
        const taken = await follower.take(stream.slice(from, from + labels).map(change), name);
        const decided = await follower.refit();
        steps.push({ labels: name, ...taken, decided, accuracies: await reached(registry, files.test) });
        onRound(steps.length / STREAMS.length);
      }
    }
    return outcomeOf(before, steps, rounds);
  } finally {
    await follower.close();
    await rm(folder, { recursive: true });
  }
}

/** One refit. */
interface Step extends Followed {
  readonly labels: string;
  /** Of the model that is live after it, by test file. */
  readonly accuracies: ReadonlyMap<string, number>;
}

const STREAMS = [
  ['as they are', (example: Example) => example],
  ['all wrong', (example: Example) => ({ ...example, label: (example.label + 1) % LABELS.length })],
] as const;

async function reached(registry: ModelRegistry, files: readonly string[]): Promise<Map<string, number>> {
  const { live = '' } = await registry.state();
  const accuracies = new Map<string, number>();
  for (const file of files) {
    const { accuracy } = await measureBundle(registry.folderOf(live), [file], {});
    accuracies.set(basename(file, '.csv'), accuracy);
  }
  return accuracies;
}

function outcomeOf(before: ReadonlyMap<string, number>, steps: readonly Step[], rounds: number): Outcome {
  const [right, wrong] = [steps.slice(0, rounds), steps.slice(rounds)];
  const after = right.at(-1)?.accuracies ?? before;
  const promoted = (of: readonly Step[]) => of.filter(({ decided }) => decided?.promoted).length;
  return {
    comparisons: [...before].map(([file, peer]) => {
      const ours = after.get(file) ?? Number.NaN;
      const subject = `${file} after ${rounds} refits`;
      return { subject, against: 'the model before', ours, peer, ratio: ours / peer, unit: 'accuracy' };
    }),
    rows: steps.map(rowOf),
    facts: {
      promoted: promoted(right),
      promotedOfWrong: promoted(wrong),
      secondsOfRefit: Math.max(0, ...steps.map(({ decided }) => decided?.seconds ?? 0)),
    },
  };
}

function rowOf({ labels, kept, held, decided, accuracies }: Step): Row {
  return {
    labels,
    kept,
    held,
    refit: decided === undefined ? 'not due' : decided.promoted ? 'promoted' : 'refused',
    onHoldout: decided?.metrics['holdout.difference'] ?? '',
    onGolden: decided?.metrics['golden.difference'] ?? '',
    ...Object.fromEntries(accuracies),
    seconds: decided?.seconds ?? '',
    cpuSeconds: decided?.metrics.cpuSeconds ?? '',
  };
}
