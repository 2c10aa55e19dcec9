import type { LabelledText } from '../../codec/label.js';
import type { Suspicion } from '../guard/guard.js';

/** A label that has come in. Its text is normalised. */
export interface ArrivedLabel extends LabelledText {
  /** Its place among all labels that ever came, from 1. */
  readonly number: number;
  /** A person has let it through. */
  readonly reviewed: boolean;
}

/** A label with what models said of its text before any of them learned from it. */
export interface JudgedLabel extends ArrivedLabel {
  /** By model, the probabilities of the labels. */
  readonly votes: readonly (readonly number[])[];
}

/** A label that waits for other labels or a person to let it through. */
export interface HeldLabel extends JudgedLabel {
  readonly suspicion: Suspicion;
}

/** What becomes of a label. */
export interface Settlement {
  readonly label: JudgedLabel;
  /** Why it is held; undefined when it is kept. */
  readonly suspicion: Suspicion | undefined;
}
