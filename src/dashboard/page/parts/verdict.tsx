import type { Text } from '../../api/answers.js';
import { words } from '../languages/words.js';

export type Label = Text['label'];

/** In the order of `probabilities`. */
export const LABELS = ['利空', '中性', '利好'] as const satisfies Label[];

/** Marks beside the colours, for eyes that do not tell those apart. */
const SHOWN = {
  利好: { kind: 'rise', mark: '▲', word: 'bullish' },
  中性: { kind: 'level', mark: '•', word: 'neutral' },
  利空: { kind: 'fall', mark: '▼', word: 'bearish' },
} as const;

/** A label in the reader's language. */
export const labelName = (label: Label): string => words()[SHOWN[label].word];

/** Class of a label's colour. */
export const labelKind = (label: Label): string => SHOWN[label].kind;

export function Verdict({ label }: { readonly label: Label }) {
  const { kind, mark } = SHOWN[label];
  return (
    <span class={`verdict ${kind}`}>
      <i aria-hidden="true">{mark}</i>
      {labelName(label)}
    </span>
  );
}
