import { Counter, type Registry } from 'prom-client';

/** What the index leaves out; the returned function is told of more. */
export function lateTextsMetric(registry: Registry): (texts: number) => void {
  const late = new Counter({
    name: 'moodtape_late_texts_total',
    help: 'Scored texts that came too late for at least one window of the index, and are left out there.',
    registers: [registry],
  });
  return (texts) => late.inc(texts);
}
