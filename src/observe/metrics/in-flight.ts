import { Gauge, type Registry } from 'prom-client';
import type { PollRead, Report } from '../../flow/event.js';

/** What is read and not yet committed: at most one poll a partition. */
export function inFlightMetrics(registry: Registry): Report {
  const polls = new Map<string, PollRead>();
  const sum = (of: 'records' | 'bytes') => [...polls.values()].reduce((total, poll) => total + poll[of], 0);
  new Gauge({
    name: 'moodtape_in_flight_records',
    help: 'Records that are read and not yet committed.',
    registers: [registry],
    collect() {
      this.set(sum('records'));
    },
  });
  new Gauge({
    name: 'moodtape_in_flight_bytes',
    help: 'Bytes of keys and values that are read and not yet committed.',
    registers: [registry],
    collect() {
      this.set(sum('bytes'));
    },
  });

  return (event) => {
    // A poll that is tried again stays, or is read again at once.
    if (event.type === 'read') polls.set(`${event.topic}/${event.partition}`, event);
    if (event.type === 'committed' || event.type === 'fenced') {
      polls.delete(`${event.topic}/${event.partition}`);
    }
  };
}
