import { Cluster, Redis } from 'ioredis';
import { defer, firstValueFrom, mergeMap, race, retry, Subject, throwError, timer } from 'rxjs';
import { MoodtapeError } from '../../errors.js';
import { type RedisAddress, serverOf } from './address.js';
import { reasonOf, refusalOf } from './refusal.js';

export type Client = Redis | Cluster;

export interface LogEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export interface ConnectionOptions {
  readonly address: RedisAddress;
  readonly cluster: boolean;
  readonly onLog: (entry: LogEntry) => void;
}

/** Milliseconds without any answer, while one is due, after which a connection counts as broken. */
export const SILENCE_MS = 15_000;
/** Milliseconds before a command is tried again, and at most; the same as the client takes before it reconnects. */
const PAUSE_MS = { first: 50, longest: 5_000 } as const;

/** A connection to Redis that waits for it, as long as it is away. Connects with the first command. */
export class Connection {
  readonly #client: Client;
  /** What ends the commands under way: Redis refuses, or the connection is closed. */
  readonly #ends = new Subject<MoodtapeError>();
  #closed = false;
  #away = false;

  constructor(private readonly options: ConnectionOptions) {
    const { address, cluster } = options;
    this.#client = cluster ? clusterClient(address) : singleClient(address);
    const failed = (error: unknown) => {
      const refusal = refusalOf(error, address);
      if (refusal === undefined) this.#missed(error);
      else this.#ends.next(refusal);
    };
    this.#client.on('error', failed);
    this.#client.on('node error', failed);
    this.#client.on('close', () => this.#missed(new Error('the connection was closed')));
    this.#client.on('ready', () => this.#found());
  }

  /**
   * Runs commands, again and again while Redis is away; they must do no harm when they are repeated.
   *
   * @throws MoodtapeError MT_VIEW when Redis refuses them, or when this connection is closed.
   */
  async run<T>(commands: (redis: Client) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const attempts = defer(() => commands(this.#client)).pipe(
      retry({
        delay: (error: unknown, attempt) => {
          const refusal = refusalOf(error, this.options.address);
          if (refusal !== undefined) return throwError(() => refusal);
          this.#missed(error);
          return timer(Math.min(PAUSE_MS.first * 2 ** (attempt - 1), PAUSE_MS.longest));
        },
      }),
    );
    const end = this.#ends.pipe(mergeMap((reason) => throwError(() => reason)));
    const result = await firstValueFrom(race(attempts, end));
    this.#found();
    return result;
  }

  /**
   * One more connection to the same server, for commands that block.
   *
   * @throws MoodtapeError MT_VIEW when this one is closed.
   */
  another(): Connection {
    this.#assertOpen();
    return new Connection(this.options);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ends.next(closedError());
    this.#client.disconnect();
  }

  #missed(error: unknown): void {
    if (this.#closed || this.#away) return;
    this.#away = true;
    this.#report('warn', 'Redis is away; waiting for it', { error: reasonOf(error, this.options.address) });
  }

  #found(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#report('info', 'Redis is back');
  }

  #report(level: LogEntry['level'], message: string, fields: Record<string, unknown> = {}): void {
    const { address, onLog } = this.options;
    onLog({ level, message, fields: { server: serverOf(address), ...fields } });
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}

function closedError(): MoodtapeError {
  return new MoodtapeError('MT_VIEW', 'the view is closed already');
}

function commonOptions({ username, password, tls }: RedisAddress) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    socketTimeout: SILENCE_MS,
  };
}

function singleClient(address: RedisAddress): Redis {
  return new Redis({
    ...commonOptions(address),
    host: address.host,
    port: address.port,
    db: address.database,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // After a failover the name may lead to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
}

function clusterClient(address: RedisAddress): Cluster {
  return new Cluster([{ host: address.host, port: address.port }], {
    redisOptions: commonOptions(address),
    lazyConnect: true,
    slotsRefreshTimeout: SILENCE_MS,
    // Certificates are for names: a name that is looked up here would be an address to the node's connection.
    dnsLookup: (name, callback) => callback(null, name),
  });
}
