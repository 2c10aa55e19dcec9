import { catchError, type Observable, retry, throwError, timeout, timer } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { z } from 'zod';
import { fetchFailure, MoodtapeError } from '../errors.js';
import { parseJson } from './json.js';

/** What is asked of a chat model; the same request is the same question. */
export interface ChatRequest {
  readonly model: string;
  /** One message of the user: some models know no other role. */
  readonly messages: readonly [{ readonly role: 'user'; readonly content: string }];
  readonly temperature: number;
  readonly max_tokens: number;
  readonly seed?: number;
}

export interface EndpointOptions {
  /** What `/chat/completions` follows, such as `http://localhost:11434/v1`. */
  readonly url: string;
  /** Bearer token; none when left out. */
  readonly key?: string | undefined;
  /** Milliseconds that an answer may take; two minutes when left out. */
  readonly timeoutMs?: number;
  /** Milliseconds before the second attempt, twice as long before each later one; 500 when left out. */
  readonly pauseMs?: number;
}

const TIMEOUT_MS = 120_000;
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
const RETRIES = 5;
const MAX_MESSAGE = 300;

const completion = z
  .object({ choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1) })
  .transform(({ choices }) => choices[0]?.message.content ?? '');
const modelNames = z
  .object({ data: z.array(z.object({ id: z.string() })) })
  .transform(({ data }) => data.map(({ id }) => id));
const refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** The endpoint may answer at another time: in `afterMs` milliseconds, when it says so. */
class Busy extends MoodtapeError {
  constructor(
    message: string,
    readonly afterMs?: number,
  ) {
    super('MT_LLM', message);
  }
}

/** The endpoint will not answer this question: it is too long, or its content is not allowed. */
export class Declined extends MoodtapeError {
  constructor(message: string) {
    super('MT_LLM', message);
  }
}

/** Any HTTP endpoint with OpenAI's chat API. No error that it raises holds the key. */
export class ChatEndpoint {
  /** Where the endpoint is, without what may be secret in the URL. */
  readonly address: string;
  readonly #query: string;

  /** @throws MoodtapeError MT_CONFIG when the url is not one, or holds a user. */
  constructor(private readonly options: EndpointOptions) {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new MoodtapeError('MT_CONFIG', 'the chat endpoint is not an http or https URL without a user', {
        remedy: 'write it as http://localhost:11434/v1, and put a key into MOODTAPE_LLM_KEY',
      });
    }
    this.address = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    this.#query = url.search;
  }

  /**
   * The text of the model's answer. Fails with MT_LLM when the endpoint refuses (`Declined` this question), and when it was busy, silent or away
   * six times in a row; to unsubscribe gives the request up.
   */
  complete(request: ChatRequest): Observable<string> {
    return this.#send('/chat/completions', completion, { method: 'POST', body: JSON.stringify(request) });
  }

  /** The models that the endpoint offers. Fails as `complete` does. */
  models(): Observable<string[]> {
    return this.#send('/models', modelNames, {});
  }

  #send<T>(path: string, shape: z.ZodType<T>, init: RequestInit): Observable<T> {
    const { key, timeoutMs = TIMEOUT_MS, pauseMs = PAUSE_MS } = this.options;
    const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return fromFetch(`${this.address}${path}${this.#query}`, {
      ...init,
      headers: { 'content-type': 'application/json', ...authorization },
      selector: async (response) => this.#read(response, shape),
    }).pipe(
      timeout({
        each: timeoutMs,
        with: () => throwError(() => new Busy(this.#says(`does not answer within ${timeoutMs / 1000} s`))),
      }),
      catchError((error) => throwError(() => this.#failure(error))),
      retry({
        count: RETRIES,
        delay: (failure, attempt) =>
          failure instanceof Busy
            ? timer(Math.min(failure.afterMs ?? pauseMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS))
            : throwError(() => failure),
      }),
    );
  }

  async #read<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
    const { status, headers } = response;
    const json = parseJson(await response.text());
    if (status >= 300) {
      const { data } = refusal.safeParse(json);
      const reason = typeof data?.error === 'string' ? data.error : (data?.error.message ?? '');
      const message = this.#says(`answers ${status} ${reason}`.trim());
      if (status === 408 || status === 429 || status >= 500) throw new Busy(message, pauseAskedFor(headers));
      if (status === 400 || status === 413 || status === 422) throw new Declined(message);
      throw new MoodtapeError('MT_LLM', message);
    }
    const answer = shape.safeParse(json);
    if (answer.success) return answer.data;
    throw new MoodtapeError('MT_LLM', this.#says('does not answer as a chat endpoint does'));
  }

  #failure(error: unknown): MoodtapeError {
    if (error instanceof MoodtapeError) return error;
    return new Busy(this.#says(`cannot be reached: ${fetchFailure(error)}`));
  }

  /** A server may repeat the key in what it answers. */
  #says(what: string): string {
    const { key } = this.options;
    const safe = key === undefined ? what : what.replaceAll(key, '…');
    return `the chat endpoint at ${this.address} ${safe.slice(0, MAX_MESSAGE)}`;
  }
}

/** Retry-After in milliseconds, where it is given in seconds. */
function pauseAskedFor(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? 1000 * Number(seconds) : undefined;
}
