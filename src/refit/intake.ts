import { LABELS } from '../codec/sentiment.js';
import { argmax } from '../training/metrics.js';
import { judgeLabels, type Suspect, type Suspicion } from './guard/guard.js';
import type { LabelBuffer } from './labels/buffer.js';
import type { ArrivedLabel, HeldLabel, JudgedLabel, Settlement } from './labels/buffered-label.js';
import type { PanelModel } from './panel.js';
import { NOTHING_NEW, type TriggerState, withLabels } from './trigger.js';
import { type Drift, type DriftState, NO_DRIFT, observe } from './watch/drift.js';
import { type WatchState, watched } from './watch/live-watch.js';

/** What follows from all labels that are judged; stored with them. */
export interface LabelMemory {
  readonly trigger: TriggerState;
  readonly drift: DriftState;
  readonly watch?: WatchState;
}

export const NO_MEMORY: LabelMemory = { trigger: NOTHING_NEW, drift: NO_DRIFT };

/** What became of some labels. */
export interface Judged {
  /** Labels that are kept from now on, those that were held before too. */
  readonly kept: number;
  /** Labels that are held from now on, by why, those that were kept before too. */
  readonly held: Readonly<Record<Suspicion, number>>;
  readonly drifts: readonly Drift[];
}

/** Labels judged at once at most. */
const TOGETHER = 512;
/** Labels that were judged before and are looked at again: evidence for and against the new ones. */
const EVIDENCE = 1000;

/**
 * Judges the labels that wait. The models say first what they think of the texts, before anything learns from the labels;
 * then the guard keeps them or holds them, and what was kept tells whether the models still know the stream.
 *
 * @param panel the live version and those before it
 * @param now milliseconds of the clock that refits go by
 * @param margin of the comparison of the live version with the one before
 */
export async function takeIn(
  buffer: LabelBuffer<LabelMemory>,
  panel: readonly PanelModel[],
  now: number,
  margin: number,
): Promise<Judged> {
  const arrived = await voted(buffer.waiting(TOGETHER), panel);
  const before = buffer.newest(EVIDENCE);
  const labels = [...before, ...arrived];
  const verdicts = await judgeLabels(
    [...before.map(knownSuspect), ...arrived.map(newSuspect)],
    LABELS.length,
  );
  const settlements = labels.map((label, i): Settlement => ({ label, suspicion: verdicts[i] }));
  const changes = settlements.filter(
    ({ label, suspicion }, i) => i >= before.length || suspicion !== suspicionOf(label),
  );
  const fresh = settlements.slice(before.length).filter(({ suspicion }) => suspicion === undefined);
  const seen = fresh.reduce((memory, { label }) => withLabel(memory, label, panel, margin), {
    memory: buffer.memory() ?? NO_MEMORY,
    drifts: [] as readonly Drift[],
  });
  const kept = changes.filter(({ suspicion }) => suspicion === undefined);
  const toLearn = kept.filter(({ label }) => !buffer.isHoldout(label)).length;
  const [drift] = seen.drifts;
  const trigger = withLabels(seen.memory.trigger, toLearn, now, drift?.reason);
  const memory = { ...seen.memory, trigger };
  await buffer.settle(changes, memory);
  const count = (why: Suspicion) => changes.filter(({ suspicion }) => suspicion === why).length;
  return {
    kept: kept.length,
    held: { annotator: count('annotator'), text: count('text') },
    drifts: seen.drifts,
  };
}

async function voted(labels: readonly ArrivedLabel[], panel: readonly PanelModel[]): Promise<JudgedLabel[]> {
  const texts = labels.map(({ text }) => text);
  const scores: (readonly (readonly number[])[])[] = [];
  for (const model of panel) scores.push(await model.score(texts));
  return labels.map((label, i) => ({ ...label, votes: scores.map((of) => of[i] ?? []) }));
}

/** The memory after one more label that was kept. */
function withLabel(
  { memory, drifts }: { readonly memory: LabelMemory; readonly drifts: readonly Drift[] },
  { domain, label, votes }: JudgedLabel,
  [live, previous]: readonly PanelModel[],
  margin: number,
) {
  const isRight = (vote: readonly number[] = []) => LABELS[argmax(vote)] === label;
  const [ofLive = [], ofPrevious] = votes;
  const right = { live: isRight(ofLive), previous: isRight(ofPrevious) };
  const observed = observe(memory.drift, {
    ...{ domain, label, right: right.live },
    confidence: Math.max(0, ...ofLive),
  });
  const versions = live && previous && { live: live.version, previous: previous.version };
  const { watch: before, ...rest } = memory;
  const watch = versions && watched(before, versions, right, margin);
  return {
    memory: { ...rest, drift: observed.state, ...(watch && { watch }) },
    drifts: [...drifts, ...observed.drifts],
  };
}

const suspicionOf = (label: JudgedLabel | HeldLabel) => ('suspicion' in label ? label.suspicion : undefined);

function newSuspect(label: JudgedLabel): Suspect {
  return suspectOf(label, label.reviewed ? 'reviewed' : 'new');
}

function knownSuspect(label: JudgedLabel | HeldLabel): Suspect {
  return suspectOf(label, suspicionOf(label) ?? (label.reviewed ? 'reviewed' : 'kept'));
}

function suspectOf(
  { text, domain, label, annotator = '', votes }: JudgedLabel,
  standing: Suspect['standing'],
): Suspect {
  return { text, domain, label: LABELS.indexOf(label), annotator, votes, standing };
}
