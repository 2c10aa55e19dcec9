import pc from 'picocolors';
import type { Label } from '../codec/sentiment.js';

/** As on the mainland's tickers, red rises and green falls. */
const COLOURS: ReadonlyMap<string, (text: string) => string> = new Map<Label, (text: string) => string>([
  ['利空', pc.green],
  ['中性', pc.yellow],
  ['利好', pc.red],
]);

/** A label of another task has no colour. */
export function coloured(label: string, text: string): string {
  return COLOURS.get(label)?.(text) ?? text;
}

/** A score from −1 to 1, with its sign, in the colour of its direction. */
export function signed(score: number): string {
  const text = `${score < 0 ? '−' : '+'}${Math.abs(score).toFixed(3)}`;
  return Math.abs(score) < 0.0005 ? text : coloured(score > 0 ? '利好' : '利空', text);
}
