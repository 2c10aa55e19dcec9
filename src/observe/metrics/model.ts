import { Gauge, type Registry } from 'prom-client';
import type { Engine } from '../../inference/engine.js';

/** Which model scores: always 1, what it is stands in the labels. */
export function modelMetric(registry: Registry, { model, runtime }: Pick<Engine, 'model' | 'runtime'>): void {
  const info = new Gauge({
    name: 'moodtape_model_info',
    help: 'The model that scores: its name, the version that scores carry, and the device with its workers and threads.',
    labelNames: ['model', 'version', 'runtime'],
    registers: [registry],
  });
  info.set({ model: model.name, version: model.version, runtime }, 1);
}
