import { MoodtapeError } from '../errors.js';
import { type ExpertForm, expertForms } from '../model/expert-form.js';
import type { Precision } from '../model/graph.js';
import { parameterShapes } from '../model/parameters.js';
import type { Route } from '../model/route.js';
import type { ModelSpec } from '../model/spec.js';
import { DEVICES, type Device } from './device.js';

/** Where and how a model runs. */
export interface Placement {
  readonly device: Device;
  readonly precision: Precision;
  readonly form: ExpertForm;
  /** Batches that run side by side, each with weights of its own. */
  readonly workers: number;
  /** Threads that share the work of one batch. */
  readonly threads: number;
}

/** What a user says of it. */
export interface Wishes {
  /** `auto`, or left out, for whichever is there. */
  readonly device?: string;
  /** `auto`, or left out, for the fastest on the device. */
  readonly precision?: Precision | 'auto';
  /** 0, or left out, for as many as suit the device. */
  readonly workers?: number;
}

const WEIGHT_BYTES: Readonly<Record<Precision, number>> = { fp32: 4, fp16: 2, int8: 1 };

/**
 * The placements of a model that a user's wishes leave open, the likeliest first; at least one.
 *
 * @throws MoodtapeError MT_DEVICE when no device that is there has the precision.
 */
export function placementsOf(
  { device: wanted = 'auto', precision: arithmetic = 'auto', workers: fixed = 0 }: Wishes,
  spec: ModelSpec,
  route: Route = 'router',
): [Placement, ...Placement[]] {
  const devices = DEVICES.filter((one) => (wanted === 'auto' ? one.isThere() : one.name === wanted));
  const placements = devices.flatMap((device): Placement[] => {
    const precision = arithmetic === 'auto' ? device.precisions[0] : arithmetic;
    if (!device.precisions.includes(precision)) return [];
    const counts = fixed === 0 ? device.workers(WEIGHT_BYTES[precision] * weightsOf(spec)) : [fixed];
    return counts.flatMap((workers) =>
      expertForms(spec, route).map((form) => {
        return { device, precision, form, workers, threads: device.threads(workers) };
      }),
    );
  });
  const [first, ...others] = placements;
  if (first !== undefined) return [first, ...others];
  throw new MoodtapeError(
    'MT_DEVICE',
    `no device ${wanted} runs models in ${arithmetic}: there are ${DEVICES.map(described).join(', ')}`,
  );
}

function described({ name, precisions }: Device): string {
  return `${name} (${precisions.join(', ')})`;
}

/** As `cpu-int8-2x1`: the device, the precision, the workers and the threads of each; `-merged` for merged experts. */
export function nameOf({ device, precision, form, workers, threads }: Placement): string {
  const name = `${device.name}-${precision}-${workers}x${threads}`;
  return form === 'merged' ? `${name}-merged` : name;
}

function weightsOf(spec: ModelSpec): number {
  let weights = 0;
  for (const shape of parameterShapes(spec).values()) weights += shape.reduce((size, side) => size * side, 1);
  return weights;
}
