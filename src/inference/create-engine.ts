import { isDeepStrictEqual } from 'node:util';
import { MoodtapeError } from '../errors.js';
import { expertForms } from '../model/expert-form.js';
import { type Calibrated, calibrate } from './calibrate.js';
import { calibrationFile, readCalibration, writeCalibration } from './calibration-file.js';
import { DEFAULT_COST } from './cost-model.js';
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

/** A model at work: where it runs, and what batches cost there, measured, or assumed where nothing was. */
export interface CalibratedEngine extends Calibrated {
  readonly bundle: EngineBundle;
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
  const starter = new Starter(bundle, { expert: options.expert });
  const started = await startFastest(starter, bundle, options);
  if (started === undefined) throw failureOf(starter);
  const taken = DEVICES.indexOf(started.placement.device);
  for (const [device, reason] of starter.failures)
    if (DEVICES.indexOf(device) < taken) options.onFallback?.(reason);
  return { ...started, bundle };
}

/** What a model may take over from one that was started before it. */
export interface Precedent extends Pick<CalibratedEngine, 'bundle' | 'placement'> {
  readonly tokenise: Engine['tokenise'];
}

/**
 * Starts a model as another one was started: on its device, in its precision, with its tokeniser where theirs are the
 * same. Nothing is measured.
 *
 * @throws MoodtapeError MT_DEVICE when the device cannot run it, MT_BUNDLE when the bundle is damaged.
 */
export async function createEngineLike(
  { bundle: other, placement, tokenise }: Precedent,
  bundle: EngineBundle,
  workers: number,
): Promise<Engine> {
  const starter = new Starter(bundle, tokenisedAlike(bundle, other) ? { tokenise } : {});
  const forms = expertForms(bundle.spec);
  const form = forms.includes(placement.form) ? placement.form : forms[0];
  const started = await starter.start({ ...placement, form, workers });
  if (started === undefined) throw failureOf(starter);
  return started;
}

function tokenisedAlike(one: EngineBundle, other: EngineBundle): boolean {
  return one.spec.maxLength === other.spec.maxLength && isDeepStrictEqual(one.tokenizer, other.tokenizer);
}

/** Of the last device that was tried. */
function failureOf({ failures }: Starter): MoodtapeError {
  return [...failures.values()].at(-1) ?? new MoodtapeError('MT_DEVICE', 'there is no device');
}

async function startFastest(
  starter: Starter,
  bundle: EngineBundle,
  options: EngineOptions,
): Promise<Calibrated | undefined> {
  const placements = placementsOf(options, bundle.spec, starter.route);
  const file = options.calibrations && calibrationFile(options.calibrations, bundle.spec, placements);
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
