import type { Parameters } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';

/** What the phases pass on to each other. */
export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
}

/** An example as the phases take it: its text tokenised. */
export interface TokenisedExample {
  readonly ids: Int32Array;
  readonly label: number;
  readonly domain: string;
  readonly source: string;
}
