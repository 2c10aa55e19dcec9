import { evidenceOf, sourcesOf, type Witness } from './evidence.js';
import { LONGEST_WINDOW, trustIn } from './source-trust.js';

/** Why a label is held back: whoever gave it is distrusted, or models and other labels say otherwise of the text. */
export type Suspicion = 'annotator' | 'text';

/** A label to be judged, or judged before. */
export interface Suspect extends Omit<Witness, 'teaches'> {
  /** `kept`: it is learned from; a suspicion: it is held; `reviewed`: a person has let it through. */
  readonly standing: 'new' | 'kept' | 'reviewed' | Suspicion;
}

/**
 * Judges labels by each other and by an ensemble of models: which of them are held for review, and why.
 *
 * A contradiction of the models alone holds nothing, for then no model could learn that it is wrong. A label is held when
 * all models contradict it, sure of themselves, and the other labels do too (confident learning); of a noisy source, when
 * the other labels do; and of a distrusted source in any case (`trustIn`), with those of its newest labels that were kept
 * before. A label that is held for its text is let through when later labels speak for it; one of a distrusted source
 * waits for a person.
 *
 * @param suspects in the order in which they came; their text is normalised
 * @param labels how many labels there are
 * @returns of each, why it is held, or undefined when it is kept
 */
export async function judgeLabels(
  suspects: readonly Suspect[],
  labels: number,
): Promise<(Suspicion | undefined)[]> {
  const witnesses = suspects.map((one) => ({ ...one, teaches: one.standing !== 'annotator' }));
  const evidence = await evidenceOf(witnesses, labels);
  const verdicts = new Array<Suspicion | undefined>(suspects.length);
  for (const source of sourcesOf(witnesses)) {
    const newest = source.slice(-LONGEST_WINDOW);
    const own = new Set(newest);
    const domain = evidence[newest[0] ?? -1]?.domain;
    const standard = evidence.filter((one, i) => one.domain === domain && !own.has(i));
    const trust = trustIn(
      newest.flatMap((i) => evidence[i] ?? []),
      standard,
      labels,
    );
    for (const i of source) {
      const [one, standing] = [evidence[i], suspects[i]?.standing];
      if (standing === 'annotator' || (trust === 'distrusted' && own.has(i) && standing !== 'reviewed')) {
        verdicts[i] = 'annotator';
      } else if ((standing === 'new' || standing === 'text') && one?.doubtful) {
        if (one.contradicted || trust === 'noisy') verdicts[i] = 'text';
      }
    }
  }
  return verdicts;
}
