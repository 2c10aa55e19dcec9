import type { ModelEvent } from '../codec/model-event.js';
import type { Bundle } from '../model/bundle.js';

// How the tables of `models` put it.

/** A time as `2026-07-03 10:12:05`, in UTC. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** What happened to a version, in a word or two. */
export function happened({ event, share }: ModelEvent): string {
  const words = event.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return share === null ? words : `${words} ${percent(share)}`;
}

export const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** A difference of shares in points, with its sign. */
export const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}`;

/** By how much a candidate was better than the model in place: what a gate notes as `<texts>.difference`. */
export function gateNumbers({ metrics }: ModelEvent): string {
  const END = '.difference';
  return Object.entries(metrics)
    .filter(([name]) => name.endsWith(END))
    .map(([name, value]) => `${name.slice(0, -END.length)} ${points(value)}`)
    .join(', ');
}

export function expertsOf({ spec: { experts } }: Bundle): string {
  return experts === null
    ? 'none (dense)'
    : `${experts.names.join(', ')} (${experts.kind}, rank ${experts.rank})`;
}
