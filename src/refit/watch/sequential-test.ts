/**
 * Whether one model is worse than another by more than a margin, asked after every text: a bet against it that is fair as
 * long as it is not (a test martingale; Waudby-Smith & Ramdas 2024). By Ville's inequality the stake grows by 1 / alpha with
 * a probability of alpha at most, ever, so the question may be asked as often as one likes.
 */

export interface SequentialTestState {
  /** Texts, and those of them that only the first model, and only the second, has right. */
  readonly texts: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** What has become of each bet: the logarithm of its stake, from 0. */
  readonly stakes: readonly number[];
}

/** Shares of the stake that are set at once: small ones find small differences, large ones great differences soon. */
const BETS = [0.05, 0.1, 0.2, 0.4, 0.8];

export const UNTESTED: SequentialTestState = {
  texts: 0,
  onlyFirst: 0,
  onlySecond: 0,
  stakes: BETS.map(() => 0),
};

/** The state after a text that the models have right or not. */
export function withPair(
  state: SequentialTestState,
  first: boolean,
  second: boolean,
  margin: number,
): SequentialTestState {
  // Above 0 on average only if the first model is worse by more than the margin; never below −1 − margin.
  const gain = Number(second) - Number(first) - margin;
  return {
    texts: state.texts + 1,
    onlyFirst: state.onlyFirst + Number(first && !second),
    onlySecond: state.onlySecond + Number(second && !first),
    stakes: state.stakes.map((stake, i) => stake + Math.log1p(((BETS[i] ?? 0) * gain) / (1 + margin))),
  };
}

/** How often a first model that is not worse by more than the margin would look as bad as this, at most. */
export function pValueOf({ stakes }: SequentialTestState): number {
  const mean = stakes.reduce((sum, stake) => sum + Math.exp(stake), 0) / stakes.length;
  return Math.min(1, 1 / mean);
}

/** Accuracy of the first model minus that of the second. */
export function differenceOf({ texts, onlyFirst, onlySecond }: SequentialTestState): number {
  return texts === 0 ? 0 : (onlyFirst - onlySecond) / texts;
}
