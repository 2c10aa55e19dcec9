import { useEffect, useState } from 'preact/hooks';
import { type Answer, ApiFailure, ask, type Path, type Query } from './api.js';
import { beginnings } from './live.js';

export interface Asked<T> {
  readonly answer?: T;
  readonly failure?: ApiFailure;
}

/** Milliseconds between two tries while the server is away. */
const AGAIN_MS = 3_000;

/**
 * Asks the API, and again whenever the query changes; with `everyMs`, and while the server is away, again and again, as long as
 * somebody looks. The last answer to a query stays until there is a newer one.
 */
export function useAnswer<P extends Path>(path: P, query: Query = {}, everyMs?: number): Asked<Answer<P>> {
  return useAsked(path, query, everyMs, 0);
}

/** Asks once, and again when a stream begins: what the stream brings goes on from there without a gap. */
export function useSnapshot<P extends Path>(path: P, query: Query): Asked<Answer<P>> {
  return useAsked(path, query, undefined, beginnings.value);
}

function useAsked<P extends Path>(path: P, query: Query, everyMs: number | undefined, occasion: number) {
  const [asked, setAsked] = useState<Asked<Answer<P>> & { readonly key?: string }>({});
  const key = JSON.stringify([path, query]);
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (ms: number) => {
      timer = setTimeout(() => (document.hidden ? later(ms) : void next()), ms);
    };
    const next = async () => {
      try {
        setAsked({ key, answer: await ask(path, query, left.signal) });
        if (everyMs !== undefined) later(everyMs);
      } catch (error) {
        if (left.signal.aborted) return;
        if (error instanceof ApiFailure) setAsked({ key, failure: error });
        if (!(error instanceof ApiFailure) || everyMs !== undefined) later(everyMs ?? AGAIN_MS);
      }
    };
    void next();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, occasion]);
  return asked.key === key ? asked : {};
}
