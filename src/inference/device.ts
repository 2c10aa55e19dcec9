import { availableParallelism } from 'node:os';
import { MoodtapeError } from '../errors.js';
import type { Precision } from '../model/graph.js';

/** Something that models can run on. */
export interface Device {
  /** As ONNX Runtime names it, and a setting. */
  readonly name: string;
  /** The arithmetics that it is made for, the fastest first. */
  readonly precisions: readonly [Precision, ...Precision[]];
  /** Numbers of workers worth a measurement, the likeliest first, of a model whose weights are so many bytes. */
  workers(weightBytes: number): readonly number[];
  /** Threads of each of so many workers. */
  threads(workers: number): number;
}

/** Threads of one worker wait for each other at every operator, workers never; but each has its own weights. */
const MOST_WORKERS = 16;
/** What the weights of all workers may take together. */
const MOST_BYTES = 2 ** 31;
/** More of them differ by a few percent, and measuring takes time. */
const MOST_DIVISIONS = 3;

const CPU: Device = {
  name: 'cpu',
  precisions: ['int8', 'fp32'],
  workers(weightBytes) {
    const most = Math.min(availableParallelism(), MOST_WORKERS, Math.floor(MOST_BYTES / weightBytes));
    const halves = Array.from({ length: MOST_DIVISIONS }, (_, n) => Math.floor(most / 2 ** n));
    return [...new Set(halves.map((workers) => Math.max(1, workers)))];
  },
  threads: (workers) => Math.max(1, Math.floor(availableParallelism() / workers)),
};

/** In the order in which `auto` takes them. */
const DEVICES: readonly Device[] = [CPU];

/**
 * The devices that a setting names: one, or for `auto` all that are there.
 *
 * @throws MoodtapeError MT_DEVICE when there is no such device.
 */
export function devicesOf(setting: string): readonly Device[] {
  if (setting === 'auto') return DEVICES;
  const device = DEVICES.find(({ name }) => name === setting);
  if (device !== undefined) return [device];
  const known = DEVICES.map(({ name }) => name).join(', ');
  throw new MoodtapeError('MT_DEVICE', `models do not run on ${setting}, but on ${known}`);
}
