import { MoodtapeError } from '../errors.js';
import { type Calibrated, calibrate } from './calibrate.js';
import { calibrationFile, readCalibration, writeCalibration } from './calibration-file.js';
import { type CostCoefficients, DEFAULT_COST } from './cost-model.js';
import { DEVICES } from './device.js';
import type { Engine } from './engine.js';
import { placementsOf, type Wishes } from './placement.js';
import { type EngineBundle, Starter } from './starter.js';

export type { EngineBundle } from './starter.js';

export interface EngineOptions extends Wishes {
  /** That expert alone scores every text; the router chooses when left out. */
  readonly expert?: string | undefined;
  /** Folder where calibrations are kept; none is read or written when left out. */
  readonly calibrations?: string;
  /** Measure where the model is the fastest, and what batches cost there, unless a calibration says so. */
  readonly measure?: boolean;
  /** Is told why a device was passed over for the next one. */
  readonly onFallback?: (reason: MoodtapeError) => void;
}

/** An engine, and what batches cost on it. */
export interface CalibratedEngine {
  readonly engine: Engine;
  /** Measured, or assumed where nothing was. */
  readonly cost: CostCoefficients;
}

/**
 * Starts a model: where it was found to be the fastest, else on the first device that can run it.
 *
 * @throws MoodtapeError MT_DEVICE when there is no such device or none can run the model, MT_BUNDLE when the bundle is
 *   damaged, MT_CONFIG when the model has no such expert.
 */
export async function createEngine(bundle: EngineBundle, options: EngineOptions = {}): Promise<Engine> {
  return (await createCalibratedEngine(bundle, options)).engine;
}

/** As `createEngine`. */
export async function createCalibratedEngine(
  bundle: EngineBundle,
  options: EngineOptions,
): Promise<CalibratedEngine> {
  const starter = new Starter(bundle, options.expert);
  const started = await startFastest(starter, bundle, options);
  const failures = [...starter.failures];
  if (started === undefined)
    throw failures.at(-1)?.[1] ?? new MoodtapeError('MT_DEVICE', 'there is no device');
  const taken = DEVICES.indexOf(started.placement.device);
  for (const [device, reason] of failures) if (DEVICES.indexOf(device) < taken) options.onFallback?.(reason);
  return started;
}

async function startFastest(
  starter: Starter,
  bundle: EngineBundle,
  options: EngineOptions,
): Promise<Calibrated | undefined> {
  const placements = placementsOf(options, bundle.spec, starter.route);
  const file = options.calibrations && calibrationFile(options.calibrations, bundle.version, placements);
  const kept = file ? await readCalibration(file, placements) : undefined;
  if (kept !== undefined) {
    const engine = await starter.start(kept.placement);
    if (engine !== undefined) return { ...kept, engine };
  }
  if (options.measure) {
    const calibrated = await calibrate(placements, (placement) => starter.start(placement));
    if (file && calibrated !== undefined) await writeCalibration(file, calibrated);
    return calibrated;
  }
  for (const placement of placements) {
    const engine = await starter.start(placement);
    if (engine !== undefined) return { placement, engine, cost: DEFAULT_COST };
  }
  return undefined;
}
