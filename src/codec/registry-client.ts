import { z } from 'zod';
import { fetchFailure, MoodtapeError } from '../errors.js';
import { Turnstile } from './turnstile.js';

export interface RegistryOptions {
  /** Where the registry is, for example `https://registry:8081`; it may hold a username and a password. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Milliseconds that a request may take; 10,000 when left out. */
  readonly timeoutMs?: number;
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const TIMEOUT_MS = 10_000;
/** Bytes of an answer that are read. Schemas have a few thousand; avsc takes a second for the largest of this size. */
const MAX_BYTES = 256 * 1024;
/** Requests at one time. */
const MOST_REQUESTS = 8;
const MAX_MESSAGE = 500;

const errorShape = z.object({ error_code: z.int(), message: z.string().default('') });

/** The registry has answered: no. */
export class Refusal {
  constructor(
    readonly status: number,
    /** The registry's own code, such as 40403; undefined when somebody else answered in its place. */
    readonly code: number | undefined,
    readonly message: string,
  ) {}

  /** There is no such subject, version or schema. A plain 404 only says that the address is wrong. */
  get isNotFound(): boolean {
    return this.status === 404 && this.code !== undefined && this.code >= 40_400;
  }

  toString(): string {
    return `${this.code ?? this.status} ${this.message}`.trim();
  }
}

/** Speaks to a schema registry with Confluent's HTTP API. No error that it throws holds a username or a password. */
export class RegistryClient {
  /** Where the registry is, without credentials. */
  readonly address: string;
  readonly #authorisation: string | undefined;
  readonly #secrets: readonly string[];
  readonly #timeoutMs: number;
  readonly #turnstile = new Turnstile(MOST_REQUESTS);

  /** @throws MoodtapeError MT_CONFIG when the url is not one. */
  constructor(options: RegistryOptions) {
    const { address, username, password } = parseUrl(options.url);
    this.address = address;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const [user, pass] = [options.username ?? username, options.password ?? password];
    const token = Buffer.from(`${user}:${pass}`).toString('base64');
    this.#authorisation = user === '' ? undefined : `Basic ${token}`;
    this.#secrets = pass === '' ? [] : [token, pass];
  }

  /**
   * One request.
   *
   * @param shape of the answer
   * @throws MoodtapeError MT_SCHEMA_REGISTRY when nothing came back that tells yes from no, which may be otherwise the
   *   next time; MT_AVRO when the answer is larger than a schema has any reason to be.
   */
  async send<T>(
    method: 'GET' | 'POST',
    path: string,
    shape: z.ZodType<T>,
    { body, signal }: { readonly body?: object; readonly signal?: AbortSignal } = {},
  ): Promise<T | Refusal> {
    const { status, isJson, text } = await this.#turnstile.run(() =>
      this.#exchange(method, path, body, signal),
    );
    if (status === 429 || status >= 500) throw this.failure(`answers ${status}`);
    const json = text === undefined ? undefined : parseJson(text);
    if (status >= 300) {
      const error = errorShape.safeParse(json);
      return new Refusal(status, error.data?.error_code, this.#withoutSecrets(error.data?.message ?? ''));
    }
    const answer = shape.safeParse(json);
    if (answer.success) return answer.data;
    if (isJson && text === undefined) {
      throw new MoodtapeError('MT_AVRO', `the schema is larger than ${MAX_BYTES / 1024} KiB`);
    }
    throw this.failure('does not answer as a schema registry does');
  }

  failure(what: string): MoodtapeError {
    return new MoodtapeError('MT_SCHEMA_REGISTRY', `the schema registry at ${this.address} ${what}`);
  }

  async #exchange(method: string, path: string, body?: object, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.address}${path}`, {
        method,
        headers: {
          accept: `${MEDIA_TYPE}, application/json`,
          ...(body === undefined ? {} : { 'content-type': MEDIA_TYPE }),
          ...(this.#authorisation === undefined ? {} : { authorization: this.#authorisation }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      const { status, headers } = response;
      const isJson = headers.get('content-type')?.includes('json') ?? false;
      return { status, isJson, text: await readBounded(response) };
    } catch (error) {
      throw this.failure(
        timeout.aborted
          ? `does not answer within ${this.#timeoutMs} ms`
          : `cannot be reached: ${fetchFailure(error)}`,
      );
    }
  }

  #withoutSecrets(text: string): string {
    return this.#secrets
      .reduce((cleaned, secret) => cleaned.replaceAll(secret, '…'), text)
      .slice(0, MAX_MESSAGE);
  }
}

function parseUrl(text: string): { address: string; username: string; password: string } {
  try {
    const { protocol, origin, pathname, username, password } = new URL(text);
    if (protocol === 'http:' || protocol === 'https:') {
      return {
        address: `${origin}${pathname.replace(/\/+$/, '')}`,
        username: decodeURIComponent(username),
        password: decodeURIComponent(password),
      };
    }
  } catch {
    // Node's error repeats the address, and with it the password.
  }
  throw new MoodtapeError('MT_CONFIG', 'the address of the schema registry is not an http or https URL');
}

/** Undefined when there is more to read than is read. */
async function readBounded({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
  }
  return Buffer.concat(chunks).toString();
}

/** Undefined when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
