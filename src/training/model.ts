import type { Parameters } from '../model/parameters.js';
import type { ModelSpec } from '../model/spec.js';

/** What the phases pass on to each other. */
export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
}

/** A text as the phases take it: tokenised, its label and its expert known by index. */
export interface LabelledText {
  readonly ids: Int32Array;
  readonly label: number;
  readonly domain: string;
  readonly source: string;
}
