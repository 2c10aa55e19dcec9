import type { ErrorCode } from '../../errors.js';
import type { BackendName } from '../../training/backend.js';

/** What the process of a refit is told, as one argument in JSON. */
export interface RefitStart {
  readonly folder: string;
  readonly niceness: number;
  readonly threads: number;
  readonly features: { readonly folder: string; readonly bytes: number };
  readonly backend?: BackendName | undefined;
}

/** What it says on its channel; how it ended well stands in its folder. */
export type RefitMessage =
  | { readonly type: 'step'; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly remedy: string };
