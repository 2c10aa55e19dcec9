import { Counter, Gauge, type Registry } from 'prom-client';
import type { TrainerEvent } from '../../refit/trainer-event.js';

/** What becomes of labels and refits; the returned function is told of it. */
export function trainerMetrics(registry: Registry): (event: TrainerEvent) => void {
  const registers = [registry];
  const read = new Counter({
    name: 'moodtape_labels_read_total',
    help: 'Labels that were read; those of a poll that came again count again.',
    registers,
  });
  const dead = new Counter({
    name: 'moodtape_labels_dead_lettered_total',
    help: 'Labels that could not be read, by error code.',
    labelNames: ['code'],
    registers,
  });
  const judged = new Counter({
    name: 'moodtape_labels_judged_total',
    help: 'Labels that are kept from now on, or held: for their annotator, or for their text. A label that is judged again counts again.',
    labelNames: ['verdict'],
    registers,
  });
  const labels = new Gauge({
    name: 'moodtape_labels',
    help: 'Labels in the buffer: waiting to be judged, held for review, to learn from, and the holdout.',
    labelNames: ['part'],
    registers,
  });
  const drifts = new Counter({
    name: 'moodtape_drifts_total',
    help: 'Signs that the stream has changed: error, confidence, labels or domains.',
    labelNames: ['kind'],
    registers,
  });
  const refits = new Counter({
    name: 'moodtape_refits_total',
    help: 'Refits that have ended: promoted, rejected or failed.',
    labelNames: ['outcome'],
    registers,
  });
  const progress = new Gauge({
    name: 'moodtape_refit_progress',
    help: 'Share of the steps that the refit under way has done; 0 when there is none.',
    registers,
  });
  const seconds = new Gauge({
    name: 'moodtape_refit_seconds',
    help: 'How long the process of the last refit took.',
    registers,
  });
  const rollbacks = new Counter({
    name: 'moodtape_rollbacks_total',
    help: 'Times that the live version was worse than the one before, which went live again.',
    registers,
  });
  // A counter that begins above zero hides its first increase from `rate`.
  for (const verdict of ['kept', 'annotator', 'text']) judged.inc({ verdict }, 0);
  for (const kind of ['error', 'confidence', 'labels', 'domains']) drifts.inc({ kind }, 0);
  for (const outcome of ['promoted', 'rejected', 'failed']) refits.inc({ outcome }, 0);

  return (event) => {
    switch (event.type) {
      case 'labelsRead':
        read.inc(event.labels);
        for (const [code, count] of Object.entries(event.dead)) dead.inc({ code }, count);
        break;
      case 'labelsJudged': {
        const { kept, held, counts } = event;
        for (const [verdict, count] of Object.entries({ kept, ...held })) judged.inc({ verdict }, count);
        const { waiting, learn, holdout } = counts;
        const parts = { waiting, held: counts.held, learn: sum(learn), holdout: sum(holdout) };
        for (const [part, count] of Object.entries(parts)) labels.set({ part }, count);
        break;
      }
      case 'driftSeen':
        drifts.inc({ kind: event.kind });
        break;
      case 'refitStepped':
        progress.set(event.step / event.steps);
        break;
      case 'refitDecided':
        refits.inc({ outcome: event.promoted ? 'promoted' : 'rejected' });
        seconds.set(event.seconds);
        progress.set(0);
        break;
      case 'refitFailed':
        refits.inc({ outcome: 'failed' });
        progress.set(0);
        break;
      case 'rolledBack':
        rollbacks.inc();
    }
  };
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
