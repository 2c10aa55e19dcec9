import type { MixDifference } from './scored-mix.js';
import { differenceOf, pValueOf, type SequentialTestState, UNTESTED, withPair } from './sequential-test.js';

export interface WatchSettings {
  /** By how much the live version may be worse than the one before, as a share of the labels. */
  readonly margin: number;
  /** From which population stability index on its scores are another model's altogether. */
  readonly psi: number;
}

/** What has been seen of a live version beside the one before it, as it can be stored. */
export interface WatchState {
  readonly live: string;
  readonly previous: string;
  readonly test: SequentialTestState;
}

/** That the live version is worse, and what says so. */
export interface Regression {
  readonly reason: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** How often a version that is not worse by more than the margin is rolled back, at most. */
const ALPHA = 0.01;
/** Labels that clear a version whose scores look strange. */
const ENOUGH = 100;

/** The state after a label that neither version has learned from; anew when the versions are others. */
export function watched(
  state: WatchState | undefined,
  versions: Pick<WatchState, 'live' | 'previous'>,
  right: { readonly live: boolean; readonly previous: boolean },
  margin: number,
): WatchState {
  const isSame = state?.live === versions.live && state.previous === versions.previous;
  const test = isSame ? state.test : UNTESTED;
  return { ...versions, test: withPair(test, right.live, right.previous, margin) };
}

/**
 * Whether the live version is worse than the one before. Labels say it when it has fewer of them right, by more than the
 * margin, in a paired test that may be asked after each. Before there are labels its scores may: when labels or confidences
 * in a domain have another mix altogether, as of a model that is broken. Some change of the mix is what a refit is for, so
 * labels overrule it.
 */
export function regressionOf(
  { test }: WatchState,
  mix: readonly MixDifference[],
  { psi, margin }: WatchSettings,
): Regression | undefined {
  const pValue = pValueOf(test);
  const difference = differenceOf(test);
  const { texts, onlyFirst, onlySecond } = test;
  const metrics = {
    ...{ 'labels.texts': texts, 'labels.difference': difference, 'labels.pValue': pValue },
    ...{ 'labels.onlyLive': onlyFirst, 'labels.onlyPrevious': onlySecond },
    ...Object.fromEntries(
      mix.flatMap(({ domain, labels, confidence }) => [
        [`psi.${domain}.labels`, labels],
        [`psi.${domain}.confidence`, confidence],
      ]),
    ),
  };
  if (pValue < ALPHA) {
    const points = (share: number) => `${(100 * share).toFixed(1)} points`;
    const worse = `worse by ${points(-difference)} on ${texts} labels since it went live`;
    return { reason: `${worse}, with ${points(margin)} allowed`, metrics };
  }
  if (texts >= ENOUGH && difference >= 0) return undefined;
  const [strangest] = mix
    .flatMap(({ domain, labels, confidence }) => [
      { domain, of: 'labels', index: labels },
      { domain, of: 'confidences', index: confidence },
    ])
    .sort((a, b) => b.index - a.index);
  if (strangest === undefined || strangest.index < psi) return undefined;
  const { domain, of, index } = strangest;
  const reason = `its ${of} on ${domain} have another mix than those of the version before: PSI ${index.toFixed(2)}`;
  return { reason, metrics };
}
