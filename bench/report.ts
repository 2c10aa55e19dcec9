import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';

/** What one benchmark found: ours against a peer, measured in turns in the same run. */
export interface Result {
  readonly name: string;
  readonly rounds: readonly { readonly ours: number; readonly peer: number }[];
  readonly unit: string;
  /** What is compared with what. */
  readonly against: string;
}

/** `2 × Intel Xeon (2.8 GHz), 8 GB, linux x64, node 22.1.0` */
function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cores[0]?.model.trim() ?? process.arch;
  return `${cores.length} × ${processor}, ${memory} GB, ${process.platform} ${process.arch}, node ${process.versions.node}`;
}

/** Prints the medians of the rounds as a table, and as the last line the same as one JSON object. */
export function report({ name, rounds, unit, against }: Result): void {
  const ours = median(rounds.map((round) => round.ours));
  const peer = median(rounds.map((round) => round.peer));
  // What slows the machine down for a while slows both sides of a round down.
  const ratio = median(rounds.map((round) => round.ours / round.peer));
  const table = new Table({ head: ['benchmark', 'ours', 'peer', 'ratio', 'unit', 'against'] });
  table.push([name, ours.toFixed(1), peer.toFixed(1), ratio.toFixed(3), unit, against]);
  console.log(table.toString());
  console.log(JSON.stringify({ name, ours, peer, ratio, unit, machine: machine() }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}
