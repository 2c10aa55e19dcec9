import { z } from 'zod';
import type { Example } from '../../training/dataset.js';
import { type GateSettings, gateDecisionSchema } from '../gate/gate.js';
import type { RefitSettings } from './refit-settings.js';

/** All that decides what a refit comes to. */
export interface RefitRequest {
  /** Folder of the bundle in place. */
  readonly incumbent: string;
  /** What is learned from: new labels, and earlier ones. They are numbered as in the incumbent. */
  readonly texts: readonly Example[];
  /** CSV files that the model was made from: of their texts some are learned from beside, so that it forgets nothing. */
  readonly replay?: readonly string[] | undefined;
  /** Labels of the stream that no refit has learned from. */
  readonly holdout: readonly Example[];
  /** CSV files of texts that no refit may make worse; none: there is no golden set. */
  readonly golden: readonly string[];
  readonly settings: RefitSettings;
  readonly gate: GateSettings;
}

export const refitResultSchema = z.object({
  /** Version of the bundle that the refit started from and was judged against. */
  incumbent: z.string(),
  /** Of the bundle that it made. */
  version: z.string(),
  /** The folder of that bundle. */
  bundle: z.string(),
  decision: gateDecisionSchema,
  /** Of the process that ended the refit; those that were killed before are not counted. */
  seconds: z.number(),
  cpuSeconds: z.number(),
});

/** A refit that is done. */
export type RefitResult = z.infer<typeof refitResultSchema>;
