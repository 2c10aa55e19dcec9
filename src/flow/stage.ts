import { map, type OperatorFunction } from 'rxjs';
import { asMoodtapeError } from '../errors.js';
import { type Arrival, Failed, type Spent } from './item.js';

/**
 * Works on each record by itself. One that `work` throws on goes on as `Failed`, and so do those that an earlier
 * stage failed on; an error without a code is one of the record (MT_RECORD).
 */
export function stage<A extends { readonly arrival: Arrival }, B>(
  name: keyof Spent,
  work: (item: A) => B,
): OperatorFunction<A | Failed, B | Failed> {
  return map((item) => {
    if (item instanceof Failed) return item;
    const started = performance.now();
    try {
      return work(item);
    } catch (error) {
      return new Failed(item.arrival, name, asMoodtapeError(error, 'MT_RECORD'));
    } finally {
      item.arrival.delivery.spent[name] += performance.now() - started;
    }
  });
}
