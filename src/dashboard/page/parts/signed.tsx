import { signed } from '../format.js';

/** A number in the colour of its direction. */
export function Signed({ value, digits = 2 }: { readonly value: number; readonly digits?: number }) {
  const text = signed(value, digits);
  return <span class={`signed ${directionOf(Number(value.toFixed(digits)))}`}>{text}</span>;
}

/** Class of the colour for a rise, a fall, or neither. */
export function directionOf(value: number): 'rise' | 'fall' | 'level' {
  return value > 0 ? 'rise' : value < 0 ? 'fall' : 'level';
}
