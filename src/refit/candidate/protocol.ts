import type { ErrorCode } from '../../errors.js';
import type { BackendName } from '../../training/backend.js';

/** What the process of a refit is told, as one argument in JSON. */
export interface RefitStart {
  readonly folder: string;
  /** From 0 to 19: how far other processes go first. */
  readonly niceness: number;
  /** Most threads of ONNX Runtime and TensorFlow. */
  readonly threads: number;
  /** What the frozen layers say of texts, kept for the next refit in a folder of about so many bytes (`cachedStates`). */
  readonly features: { readonly folder: string; readonly bytes: number };
  /** The first that loads when left out. */
  readonly backend?: BackendName | undefined;
}

export interface RefitProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** What it says on its channel; how it ended well stands in its folder. */
export type RefitMessage =
  | ({ readonly type: 'step' } & RefitProgress)
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly remedy: string };
