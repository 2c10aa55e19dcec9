import {
  catchError,
  defer,
  from,
  fromEvent,
  lastValueFrom,
  mergeMap,
  of,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';
import { MoodtapeError } from '../errors.js';
import type { AnswerFile } from './answer-file.js';
import { type ChatEndpoint, type ChatRequest, Declined } from './chat-endpoint.js';

/** A model to ask, and where its answers are kept. */
export interface Respondent {
  readonly endpoint: ChatEndpoint;
  readonly model: string;
  readonly answers: AnswerFile;
  /** Requests at one time. */
  readonly concurrency: number;
}

export interface Asking {
  readonly onAnswer?: (answered: number) => void;
  /** Aborts when no more is to be asked. */
  readonly stop?: AbortSignal;
}

/** So many refusals before the first answer are not about single texts. */
const MOST_DECLINED_FIRST = 10;

/**
 * The answers to all requests, in their order; only what was never asked before is asked. A question that the endpoint
 * declines has the refusal as its answer, which is not kept.
 *
 * @throws MoodtapeError MT_LLM when the endpoint fails, MT_INTERRUPTED when it was stopped; what was answered is kept.
 */
export async function askAll(
  { endpoint, answers, concurrency }: Respondent,
  requests: readonly ChatRequest[],
  { onAnswer, stop = new AbortController().signal }: Asking = {},
): Promise<string[]> {
  const all = new Array<string>(requests.length).fill('');
  let answered = 0;
  /** Of the answered. */
  let declined = 0;
  const ask = (request: ChatRequest) => {
    const known = answers.get(request);
    if (known !== undefined) return of(known);
    return endpoint.complete(request).pipe(
      switchMap((answer) => answers.add(request, answer).then(() => answer)),
      catchError((error) => {
        if (!(error instanceof Declined)) throw error;
        const onlyDeclined = declined === answered;
        declined += 1;
        if (onlyDeclined && declined >= Math.min(MOST_DECLINED_FIRST, requests.length)) throw error;
        return of(error.message);
      }),
    );
  };
  const work = from(requests.entries()).pipe(
    mergeMap(
      ([index, request]) =>
        ask(request).pipe(
          tap((answer) => {
            all[index] = answer;
            answered += 1;
            onAnswer?.(answered);
          }),
        ),
      concurrency,
    ),
    takeUntil(defer(() => (stop.aborted ? of(true) : fromEvent(stop, 'abort')))),
  );
  await lastValueFrom(work, { defaultValue: '' });
  if (answered === requests.length) return all;
  throw new MoodtapeError('MT_INTERRUPTED', `${requests.length - answered} questions are not answered yet`);
}
