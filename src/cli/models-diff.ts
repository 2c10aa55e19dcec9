import { differencesOf } from '../registry/differences.js';
import { openBundle } from '../training/bundle.js';
import { compareModels } from '../training/comparison.js';
import { findModel, type RegistryOptions } from './models-registry.js';
import { points } from './models-text.js';
import { print, printJson, table } from './output.js';

interface DiffOptions extends RegistryOptions {
  readonly data?: readonly string[];
  readonly unknownLabel?: string;
}

/** Shows where two models differ: in what they are and how they were made, and on labelled texts. */
export async function diff(
  former: string,
  latter: string,
  { registry, data, unknownLabel, json }: DiffOptions,
): Promise<void> {
  const first = await openBundle((await findModel(former, registry)).dir);
  const second = await openBundle((await findModel(latter, registry)).dir);
  const versions = [first.bundle.version, second.bundle.version];
  const differences = differencesOf(first.bundle, second.bundle);
  const texts = data && (await compareModels(first, second, data, { unknownLabel }));
  if (json) return printJson({ first: versions[0], second: versions[1], differences, texts });

  const rows = differences.map(({ path, first, second }) => [path, shown(first), shown(second)]);
  await print(
    rows.length > 0
      ? table(['', ...versions], rows)
      : `${versions.join(' and ')}: what they say of themselves is the same`,
  );
  if (texts === undefined) return;
  const scores = Object.entries(texts).map(
    ([part, { texts, first, second, difference, interval, pValue }]) => [
      part,
      texts,
      ...[first, second].map((accuracy) => (100 * accuracy).toFixed(2)),
      points(difference),
      interval.map(points).join(' to '),
      pValue.toFixed(3),
    ],
  );
  const head = ['accuracy', 'texts', ...versions, 'points', '95 % interval', 'McNemar p'];
  await print(`\n${table(head, scores)}`);
}

const WIDTH = 36;

/** A value short enough for a table. */
function shown(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : (JSON.stringify(roundedOf(value)) ?? '');
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

const roundedOf = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);
