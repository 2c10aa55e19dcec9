import type {
  Experts,
  Failure,
  Health,
  Index,
  Models,
  Movers,
  Pipeline,
  SymbolRow,
  Symbols,
  Texts,
} from '../api/answers.js';

/** What the API answers, by path. */
interface Answers {
  readonly health: Health;
  readonly symbols: Symbols;
  readonly texts: Texts;
  readonly index: Index;
  readonly movers: Movers;
  readonly experts: Experts;
  readonly models: Models;
  readonly pipeline: Pipeline;
  [symbol: `symbols/${string}`]: SymbolRow;
}

export type Path = keyof Answers;
export type Answer<P extends Path> = Answers[P];
/** Fields that are undefined or empty are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** The API's own words about what went wrong. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** @throws ApiFailure when the server refuses; TypeError when it cannot be reached. */
export async function ask<P extends Path>(path: P, query: Query, signal?: AbortSignal): Promise<Answer<P>> {
  const response = await fetch(urlOf(path, query), signal ? { signal } : {});
  if (response.ok) return response.json();
  const { error }: Failure = await response.json();
  throw new ApiFailure(response.status, error.code, error.message, error.remedy);
}

export function urlOf(path: string, query: Query): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') fields.set(name, String(value));
  }
  return fields.size === 0 ? `api/${path}` : `api/${path}?${fields}`;
}
