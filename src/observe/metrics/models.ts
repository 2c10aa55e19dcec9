import { Counter, Gauge, type Registry } from 'prom-client';
import type { Report } from '../../flow/event.js';
import type { ModelIdentity } from '../../inference/engine.js';

/** A model at work, and what it runs on. */
interface Running {
  readonly model: Pick<ModelIdentity, 'name' | 'version'>;
  readonly runtime: string;
}

/** Which models score, and what becomes of those that are to; `show` names the first. */
export function modelMetrics(registry: Registry): { show(running: Running): void; readonly watch: Report } {
  const registers = [registry];
  const live = new Gauge({
    name: 'moodtape_model_info',
    help: 'The model that scores: its name, the version that scores carry, and the device with its workers and threads.',
    labelNames: ['model', 'version', 'runtime'],
    registers,
  });
  const onTrial = new Gauge({
    name: 'moodtape_trial_info',
    help: 'The version on trial: canary or shadow, and the share of the texts that it reads.',
    labelNames: ['kind', 'version', 'share'],
    registers,
  });
  const swaps = new Counter({
    name: 'moodtape_model_swaps_total',
    help: 'Times that another version has taken over the scoring.',
    registers,
  });
  const failures = new Counter({
    name: 'moodtape_model_swap_failures_total',
    help: 'Times that a version could not be brought in, by what it was to be; what scored before went on.',
    labelNames: ['role'],
    registers,
  });
  const texts = new Counter({
    name: 'moodtape_trial_texts_total',
    help: 'Texts that the version on trial has scored.',
    labelNames: ['kind'],
    registers,
  });
  const failed = new Counter({
    name: 'moodtape_trial_failed_texts_total',
    help: 'Texts of batches that the version on trial has failed on; the live one has scored them.',
    labelNames: ['kind'],
    registers,
  });
  const agreeing = new Counter({
    name: 'moodtape_shadow_agreeing_texts_total',
    help: 'Texts that the version in the shadow gives the same label as the live one.',
    registers,
  });
  const difference = new Counter({
    name: 'moodtape_shadow_score_difference_total',
    help: 'Sum over the texts of the version in the shadow: by how much its score differs from the live one.',
    registers,
  });
  // A counter that begins above zero hides its first increase from `rate`.
  for (const kind of ['canary', 'shadow']) for (const counter of [texts, failed]) counter.inc({ kind }, 0);
  for (const role of ['live', 'canary', 'shadow']) failures.inc({ role }, 0);

  const show = ({ model: { name, version }, runtime }: Running) => {
    live.reset();
    live.set({ model: name, version, runtime }, 1);
  };

  const watch: Report = (event) => {
    switch (event.type) {
      case 'swapped':
        swaps.inc();
        show({ model: { name: event.model, version: event.version }, runtime: event.runtime });
        break;
      case 'swapFailed':
        failures.inc({ role: event.role });
        break;
      case 'trialStarted':
        onTrial.set({ kind: event.kind, version: event.version, share: event.share }, 1);
        break;
      case 'trial': {
        const { kind } = event;
        texts.inc({ kind }, event.texts);
        failed.inc({ kind }, event.failed);
        agreeing.inc(event.agreeing);
        difference.inc(event.difference);
        break;
      }
      case 'trialEnded':
        onTrial.reset();
    }
  };
  return { show, watch };
}
