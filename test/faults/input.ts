import type { IHeaders } from 'kafkajs';

/** A record for a raw topic, and what is to become of it. */
export interface Input {
  readonly topic: 'raw.news' | 'raw.forum';
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly fate: Fate;
}

/** The id under which it is to be scored, or that it must be a dead letter, or that it may be either. */
export type Fate = { readonly scoredAs: string } | 'dead' | 'either';

/** The header by which an input is known again, whatever else it holds. */
const NUMBER = 'number';

/** Inputs as they are sent: each with its number, its place among all. */
export function numbered(inputs: readonly Input[]): Input[] {
  return inputs.map((input, n) => ({ ...input, headers: { ...input.headers, [NUMBER]: String(n) } }));
}

/** The number of the input that came to lie in a raw topic. */
export function numberOf(headers: readonly (readonly [string, Buffer | null])[]): number {
  return Number(headers.find(([name]) => name === NUMBER)?.[1]?.toString());
}
