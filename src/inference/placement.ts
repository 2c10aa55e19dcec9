import { MoodtapeError } from '../errors.js';
import type { Precision } from '../model/graph.js';
import { parameterShapes } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';
import { type Device, devicesOf } from './device.js';

/** Where and how a model runs. */
export interface Placement {
  readonly device: Device;
  readonly precision: Precision;
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
 * The placements that a user's wishes leave open, the likeliest first; at least one.
 *
 * @throws MoodtapeError MT_DEVICE when no device is as wished.
 */
export function placementsOf(
  { device: setting = 'auto', precision: wanted = 'auto', workers: fixed = 0 }: Wishes,
  spec: ModelSpec,
): [Placement, ...Placement[]] {
  const placements = devicesOf(setting).flatMap((device) => {
    const precision = wanted === 'auto' ? device.precisions[0] : wanted;
    if (!device.precisions.includes(precision)) return [];
    const workers = fixed === 0 ? device.workers(WEIGHT_BYTES[precision] * weightsOf(spec)) : [fixed];
    return workers.map((count) => ({ device, precision, workers: count, threads: device.threads(count) }));
  });
  const [first, ...others] = placements;
  if (first !== undefined) return [first, ...others];
  throw new MoodtapeError('MT_DEVICE', `no model runs in ${wanted} with device ${setting}`, {
    remedy: 'leave `precision` at auto, or choose another',
  });
}

/** As `cpu-int8-2x1`: the device, the precision, the workers and the threads of each. */
export function nameOf({ device, precision, workers, threads }: Placement): string {
  return `${device.name}-${precision}-${workers}x${threads}`;
}

function weightsOf(spec: ModelSpec): number {
  let weights = 0;
  for (const shape of parameterShapes(spec).values()) weights += shape.reduce((size, side) => size * side, 1);
  return weights;
}
