import type { Objective } from '../gradient.js';
import type { Model } from '../model.js';

/** One phase of training: where it starts, what learns, and what it learns by. */
export interface Phase {
  readonly model: Model;
  /** Names of the parameters that learn. */
  readonly learns: ReadonlySet<string>;
  /** Layers below all that learns: they run once, in ONNX Runtime. Undefined when the embeddings learn too. */
  readonly frozenLayers: number | undefined;
  readonly objective: Objective['routing'];
}

export const namesOf = ({ parameters }: Model, learns: (name: string) => boolean): Set<string> =>
  new Set([...parameters.keys()].filter(learns));

export const isAdapter = (name: string): boolean => name.includes('.adapter.');
export const isRouter = (name: string): boolean => name.startsWith('router.');
export const isHead = (name: string): boolean => name.startsWith('head.');
