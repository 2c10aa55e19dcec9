import { MoodtapeError } from '../errors.js';

/** ONNX Runtime's execution providers for each device that a model can run on, in order of preference. */
const EXECUTION_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  cpu: ['cpu'],
};

export interface Device {
  readonly name: string;
  readonly executionProviders: readonly string[];
}

/**
 * The device that a setting names; `auto` takes the first one.
 *
 * @throws MoodtapeError MT_DEVICE when models do not run there.
 */
export function deviceOf(setting: string): Device {
  const devices = Object.keys(EXECUTION_PROVIDERS);
  const name = setting === 'auto' ? devices[0] : setting;
  const executionProviders = name === undefined ? undefined : EXECUTION_PROVIDERS[name];
  if (name !== undefined && executionProviders !== undefined) return { name, executionProviders };
  throw new MoodtapeError('MT_DEVICE', `no model runs on ${setting}; there is ${devices.join(', ')}`);
}
