import type { BackendName } from '../training/backend.js';
import type { RefitResult } from './refit-request.js';

/** How a refit runs; none of it changes what it comes to, but for the last digits of another backend. */
export interface RefitOptions {
  /** When it aborts, the state is saved and the refit ends with MT_INTERRUPTED. */
  readonly stop: AbortSignal;
  /** From 0 to 19: how far other processes go first. */
  readonly niceness: number;
  /** Most threads of ONNX Runtime and TensorFlow. */
  readonly threads: number;
  /** What the frozen layers say of texts, kept for the next refit in a folder that takes about so many bytes at most. */
  readonly features: { readonly folder: string; readonly bytes: number };
  /** The first that loads when left out. */
  readonly backend?: BackendName | undefined;
  readonly onProgress?: ((progress: RefitProgress) => void) | undefined;
}

export interface RefitProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/**
 * Learns adapters, router and head on the request in the folder, in a process of its own, and judges the bundle against the
 * incumbent. After a crash at any moment, SIGKILL too, the same call goes on, to the same bundle and decision; a refit that
 * is done gives its result again.
 *
 * @throws MoodtapeError MT_INTERRUPTED when it was stopped, MT_TRAINING when its process died; else what the work itself throws.
 */
export type RunRefit = (folder: string, options: RefitOptions) => Promise<RefitResult>;
