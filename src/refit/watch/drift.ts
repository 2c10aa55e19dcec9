import { Adwin, type AdwinState, type Change } from './adwin.js';
import { type Counts, countsOf, stabilityIndex } from './psi.js';

/** A label that came, and what the live model says of its text. */
export interface Observation {
  readonly domain: string;
  readonly label: string;
  /** The model says the same. */
  readonly right: boolean;
  /** The model's largest probability. */
  readonly confidence: number;
}

/** A sign that texts or labels are no longer what the model learned from. */
export interface Drift {
  readonly kind: 'error' | 'confidence' | 'labels' | 'domains';
  /** For people. */
  readonly reason: string;
}

/** What a detector has seen, as it can be stored. */
export interface DriftState {
  readonly error: AdwinState;
  readonly confidence: AdwinState;
  /** The latest labels, the oldest first. */
  readonly latest: readonly Pick<Observation, 'domain' | 'label'>[];
  /** The latest labels at the last refit; undefined when there were too few. */
  readonly reference?: { readonly labels: Counts; readonly domains: Counts };
}

export const NO_DRIFT: DriftState = { error: [], confidence: [], latest: [] };

/** Labels whose mix is compared: chance alone makes an index of 0.02 of them. */
const MIX_WINDOW = 250;
/** Index from which on a mix has changed greatly. */
const MIX_CHANGED = 0.25;

/**
 * The state after one more label, and the signs of drift in it: the live model errs more often or is less sure than before
 * (ADWIN), or the mix of labels or domains is no longer that of the last refit (PSI). That it errs less is none.
 */
export function observe(
  state: DriftState,
  { domain, label, right, confidence }: Observation,
): { readonly state: DriftState; readonly drifts: readonly Drift[] } {
  const errors = new Adwin(undefined, state.error);
  const confidences = new Adwin(undefined, state.confidence);
  const moreErrors = errors.add(Number(!right));
  const lessSure = confidences.add(confidence);
  const latest = [...state.latest, { domain, label }].slice(-MIX_WINDOW);
  const drifts = [
    ...(moreErrors && moreErrors.after > moreErrors.before
      ? [{ kind: 'error' as const, reason: `the model errs more often: ${shown(moreErrors)}` }]
      : []),
    ...(lessSure && lessSure.after < lessSure.before
      ? [{ kind: 'confidence' as const, reason: `the model is less sure: ${shown(lessSure)}` }]
      : []),
    ...mixDrifts(state.reference, latest),
  ];
  return {
    state: { ...state, error: errors.state, confidence: confidences.state, latest },
    drifts,
  };
}

/** The state once a refit learns from all that came so far: from now on its mix is what others are compared with. */
export function afterRefit(state: DriftState): DriftState {
  const { reference, ...rest } = state;
  return state.latest.length < MIX_WINDOW ? rest : { ...rest, reference: mixOf(state.latest) };
}

function mixOf(latest: DriftState['latest']) {
  return {
    labels: countsOf(latest.map(({ label }) => label)),
    domains: countsOf(latest.map(({ domain }) => domain)),
  };
}

function mixDrifts(reference: DriftState['reference'], latest: DriftState['latest']): Drift[] {
  if (reference === undefined || latest.length < MIX_WINDOW) return [];
  const mix = mixOf(latest);
  return (['labels', 'domains'] as const).flatMap((kind) => {
    const index = stabilityIndex(reference[kind], mix[kind]);
    const reason = `the mix of ${kind} is another than at the last refit: PSI ${index.toFixed(2)}`;
    return index < MIX_CHANGED ? [] : [{ kind, reason }];
  });
}

function shown({ before, after, values }: Change): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return `${percent(before)} of ${values.before} labels, then ${percent(after)} of ${values.after}`;
}
