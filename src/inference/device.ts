import { MoodtapeError } from '../errors.js';
import type { Precision } from '../model/graph.js';

export interface Device {
  /** ONNX Runtime's execution providers, in order of preference. */
  readonly executionProviders: readonly string[];
  /** The arithmetic that is fastest there. */
  readonly precision: Precision;
}

/** Where a model can run; `auto` is the first one. */
const DEVICES: Readonly<Record<string, Device>> = {
  cpu: { executionProviders: ['cpu'], precision: 'int8' },
};

/**
 * The device that a setting names, and its name.
 *
 * @throws MoodtapeError MT_DEVICE when models do not run there.
 */
export function deviceOf(setting: string): Device & { readonly name: string } {
  for (const [name, device] of Object.entries(DEVICES)) {
    if (setting === name || setting === 'auto') return { name, ...device };
  }
  const known = Object.keys(DEVICES).join(', ');
  throw new MoodtapeError('MT_DEVICE', `models do not run on ${setting} here, but on ${known}`);
}
