import { firstValueFrom, from, throwError, timeout } from 'rxjs';
import { Refusal } from './refusal.js';

/** What is asked of the view or the log, which wait for as long as their servers are away: a client does not. */
export function inTime<T>(asked: Promise<T>, milliseconds: number): Promise<T> {
  const late = () =>
    new Refusal(503, 'MT_BUSY', `no answer within ${milliseconds / 1000} s`, {
      headers: { 'retry-after': '5' },
    });
  return firstValueFrom(from(asked).pipe(timeout({ first: milliseconds, with: () => throwError(late) })));
}
