import { setMaxListeners } from 'node:events';
import type { Type } from 'avsc';
import { MoodtapeError } from '../errors.js';
import { pauseFor, persistently } from './persistently.js';
import { Refusal, RegistryClient, type RegistryOptions } from './registry-client.js';
import { localRegistry, notRegistered, type SchemaRegistry } from './schema-registry.js';
import { checkLatest, register, type Subjects } from './subjects.js';
import { parseWriterSchema, type StoredSchema, storedSchema, unreadable } from './writer-schema.js';

export interface ConfluentRegistryOptions extends RegistryOptions {
  /** Told when the registry goes out of reach while records wait for a schema. They wait until it is back. */
  readonly onAway?: (error: MoodtapeError) => void;
}

/** Milliseconds after which an id that nobody had is asked for again, and how many such ids are remembered. */
const ABSENT_MS = 60_000;
const MOST_ABSENT = 10_000;
/** Milliseconds before it is believed that an id does not exist: a follower learns a new one a little later than its leader. */
const SECOND_LOOK_MS = 500;

/**
 * A schema registry with Confluent's HTTP API. Every id is asked for once and its schema kept.
 *
 * Records that were written without a registry carry a fingerprint as their id (`FingerprintRegistry`). They can still
 * be read: where the registry has no schema of that id, the one of schemas/ with that fingerprint is taken. An id that
 * the registry has is always the registry's.
 */
export class ConfluentRegistry implements SchemaRegistry {
  readonly #client: RegistryClient;
  readonly #onAway: ConfluentRegistryOptions['onAway'];
  readonly #closing = new AbortController();
  readonly #ids = new Map<Type, number>();
  /** By id: the schema, or why it cannot be read. */
  readonly #schemas = new Map<number, Type | MoodtapeError>();
  /** By id: when to ask for it again, in milliseconds since the epoch. The oldest comes first. */
  readonly #absent = new Map<number, number>();
  readonly #pending = new Map<number, Promise<void>>();
  #away = false;

  private constructor({ onAway, ...options }: ConfluentRegistryOptions) {
    this.#client = new RegistryClient(options);
    this.#onAway = onAway;
    // As many as there are ids that are asked for.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * Registers the schemas that are written, and checks that the latest ones that others write can be read.
   *
   * @throws MoodtapeError MT_SCHEMA naming the subject and the difference, MT_SCHEMA_REGISTRY, MT_CONFIG.
   */
  static async connect(
    options: ConfluentRegistryOptions,
    { writes, reads }: Subjects,
  ): Promise<ConfluentRegistry> {
    const registry = new ConfluentRegistry(options);
    for (const [subject, schema] of Object.entries(writes)) {
      const id = await register(registry.#client, subject, schema);
      registry.#ids.set(schema, id);
      registry.#schemas.set(id, schema);
    }
    for (const [subject, schema] of Object.entries(reads)) {
      const latest = await checkLatest(registry.#client, subject, schema);
      if (latest !== undefined) registry.#schemas.set(latest.id, latest.schema);
    }
    return registry;
  }

  idOf(schema: Type): number {
    const id = this.#ids.get(schema);
    if (id !== undefined) return id;
    throw notRegistered(schema);
  }

  schemaOf(id: number): Type | undefined {
    const schema = this.#schemas.get(id);
    if (schema instanceof MoodtapeError) throw schema;
    return schema;
  }

  prepare(id: number): Promise<void> | undefined {
    if (id <= 0 || this.#schemas.has(id) || (this.#absent.get(id) ?? 0) > Date.now()) return undefined;
    let pending = this.#pending.get(id);
    if (pending === undefined) {
      pending = this.#learn(id).finally(() => this.#pending.delete(id));
      this.#pending.set(id, pending);
    }
    return pending;
  }

  /** Gives up on the schemas that are still being asked for. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#pending.values());
  }

  async #learn(id: number): Promise<void> {
    const schema = await this.#fetch(id).catch(unreadable);
    if (schema === undefined) {
      this.#rememberAbsent(id);
    } else if (schema instanceof MoodtapeError) {
      const { code, message, remedy } = schema;
      this.#schemas.set(id, new MoodtapeError(code, `schema id ${id}: ${message}`, { remedy }));
    } else {
      this.#schemas.set(id, schema);
    }
  }

  async #fetch(id: number): Promise<Type | undefined> {
    let stored = await this.#find(id);
    if (stored === undefined) {
      await pauseFor(SECOND_LOOK_MS, this.#closing.signal);
      stored = await this.#find(id);
    }
    return stored === undefined ? localRegistry.schemaOf(id) : parseWriterSchema(stored);
  }

  /** Undefined when the registry says that there is none; asks until it says either. */
  #find(id: number): Promise<StoredSchema | undefined> {
    const { signal } = this.#closing;
    return persistently(
      async () => {
        const answer = await this.#client.send('GET', `/schemas/ids/${id}`, storedSchema, { signal });
        if (answer instanceof Refusal && !answer.isNotFound) {
          throw this.#client.failure(`does not show schema ${id}: ${answer}`);
        }
        this.#away = false;
        return answer instanceof Refusal ? undefined : answer;
      },
      {
        attempts: Number.POSITIVE_INFINITY,
        signal,
        onFailure: (error) => {
          if (!this.#away) this.#onAway?.(error);
          this.#away = true;
        },
      },
    );
  }

  #rememberAbsent(id: number): void {
    this.#absent.delete(id);
    this.#absent.set(id, Date.now() + ABSENT_MS);
    const [oldest] = this.#absent.keys();
    if (this.#absent.size > MOST_ABSENT && oldest !== undefined) this.#absent.delete(oldest);
  }
}
