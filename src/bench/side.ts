import { median } from './quantile.js';

/** One side of a comparison, and what it measured in each round. */
export interface Measured {
  readonly name: string;
  readonly measured: readonly number[];
}

/** A side that is measured in turn with others. */
export class Side implements Measured {
  readonly measured: number[] = [];

  constructor(
    readonly name: string,
    readonly measure: () => Promise<number>,
  ) {}
}

/** Ours against a peer, as medians over the rounds. */
export interface Comparison {
  /** What of ours was measured. */
  readonly subject: string;
  readonly against: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly unit: string;
}

/**
 * Measures the sides in turn, so many times, after once that does not count. Another side begins each round: what the
 * machine does beside, and what one side leaves behind, is shared among all.
 */
export async function inTurns(
  rounds: number,
  sides: readonly Side[],
  onRound: (done: number) => void,
): Promise<void> {
  for (const side of sides) await side.measure();
  for (let round = 0; round < rounds; round++) {
    const first = round % sides.length;
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
      side.measured.push(await side.measure());
    }
    onRound(round + 1);
  }
}

export function compare(ours: Measured, peer: Measured, unit: string): Comparison {
  // What slows the machine down for a while slows both sides of a round down.
  const ratios = ours.measured.map((value, round) => value / (peer.measured[round] ?? Number.NaN));
  return {
    subject: ours.name,
    against: peer.name,
    ours: median(ours.measured),
    peer: median(peer.measured),
    ratio: median(ratios),
    unit,
  };
}
