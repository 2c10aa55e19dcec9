import { signal } from '@preact/signals';
import type { IndexRow, Text } from '../api/answers.js';
import { urlOf } from './api.js';

export type Connection = 'connecting' | 'live' | 'lost';

/** What of the log the page follows. */
export interface Subject {
  /** A symbol, whose texts and rows they are; `*` for all texts and the rows of the market. */
  readonly symbol: string;
  readonly window: string;
}

export const connection = signal<Connection>('connecting');
/** How often the stream has begun anew, with nothing before it to go on from: what was asked before then may lack something. */
export const beginnings = signal(0);

/** Milliseconds until a stream that the server has refused is asked for again. */
const REFUSED_MS = 5_000;

const textListeners = new Set<(text: Text) => void>();
const rowListeners = new Set<(row: IndexRow) => void>();

/** Calls with every text that is scored from now on, until the returned function is called. */
export const onText = (listener: (text: Text) => void) => listen(textListeners, listener);
/** The same for rows of the index. */
export const onRow = (listener: (row: IndexRow) => void) => listen(rowListeners, listener);

/**
 * Follows the log until the returned function is called. A connection that breaks the browser restores, and goes on behind the last
 * event; one that the server refused begins anew.
 */
export function follow({ symbol, window }: Subject): () => void {
  const url = urlOf('stream', { symbol, window, events: 'scored,index' });
  let source = open();
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): EventSource {
    const events = new EventSource(url);
    let goesOn = false;
    const tellOf = <T>(name: string, listeners: ReadonlySet<(value: T) => void>) =>
      events.addEventListener(name, ({ data }) => {
        goesOn = true;
        const value: T = JSON.parse(data);
        for (const listener of listeners) listener(value);
      });
    tellOf('scored', textListeners);
    tellOf('index', rowListeners);
    // What lies between was too much, or is gone from the log.
    events.addEventListener('gap', () => {
      beginnings.value += 1;
    });
    events.onopen = () => {
      connection.value = 'live';
      if (!goesOn) beginnings.value += 1;
    };
    events.onerror = () => {
      connection.value = 'lost';
      if (events.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(() => {
        source = open();
      }, REFUSED_MS);
    };
    return events;
  }

  return () => {
    clearTimeout(retry);
    source.close();
  };
}

function listen<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
