import type { Objective } from '../gradient.js';
import type { Model } from '../model.js';

/** One phase of training: where it starts, what learns, and what it learns by. */
export interface Phase {
  readonly model: Model;
  /** Names of the parameters that learn. */
  readonly learns: ReadonlySet<string>;
  /** Row of the word table from which on it learns, where it does; 0 when left out. */
  readonly firstWord?: number;
  /** Layers below all that learns: they run once, in ONNX Runtime. 0 when the network begins with the embeddings. */
  readonly frozenLayers: number;
  readonly objective: Objective['routing'];
  /** Makes what is kept of what was trained; it is kept as it is when left out. */
  readonly finish?: (trained: Model) => Model;
}

export const namesOf = ({ parameters }: Model, learns: (name: string) => boolean): Set<string> =>
  new Set([...parameters.keys()].filter(learns));

export const isAdapter = (name: string): boolean => name.includes('.adapter.');
export const isRouter = (name: string): boolean => name.startsWith('router.');
export const isHead = (name: string): boolean => name.startsWith('head.');
export const isBias = (name: string): boolean => name.endsWith('.bias');

/** True of what lies above the first `layers` layers; of everything when there are none. */
export const isAbove =
  (layers: number) =>
  (name: string): boolean => {
    const layer = /^layer\.(\d+)\./.exec(name)?.[1];
    return layer === undefined ? layers === 0 || !name.startsWith('embeddings.') : Number(layer) >= layers;
  };
