import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { distinctUntilChanged, exhaustMap, type Observable, timer } from 'rxjs';
import type { ModelEvent } from '../codec/model-event.js';
import { type Bundle, loadBundle } from '../model/bundle.js';
import { BundleStore } from './bundle-store.js';
import {
  checkUnchanged,
  collection,
  type Decision,
  promotion,
  rejection,
  trialEnd,
  trialStart,
  wayBack,
} from './decision.js';
import { guard } from './durable-files.js';
import { type Draft, Journal } from './journal.js';
import { EMPTY, fold, type RegistryState, type Trial } from './state.js';

/** What a decision rests on. */
export interface Note {
  readonly reason?: string | undefined;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /**
   * `seq` of the state that the decision was made on. When what is live, previous or on trial has changed since, it is
   * refused (MT_CONFLICT). Left out, whatever the state is by then will do.
   */
  readonly seq?: number | undefined;
}

/**
 * Versions of a model, and which of them is live: plain files in a folder that several processes and machines may share.
 * What is live, previous or on trial follows from the journal alone.
 *
 * What decides throws MT_CONFLICT when it does not fit the state, MT_REGISTRY for a version that is not there or a folder
 * that cannot be written, MT_BUNDLE for a version that is damaged, and MT_RECORD for metrics that are not numbers.
 */
export class ModelRegistry {
  #state = EMPTY;

  private constructor(
    readonly folder: string,
    private readonly journal: Journal,
    private readonly bundles: BundleStore,
  ) {}

  /**
   * Opens a registry; makes the folder when it is not there.
   *
   * @throws MoodtapeError MT_REGISTRY when it cannot be used, or an event of its journal is missing or damaged.
   */
  static async open(folder: string): Promise<ModelRegistry> {
    const versions = join(folder, 'versions');
    const journal = join(folder, 'journal');
    const temporary = join(folder, 'temporary');
    await guard(async () => {
      for (const path of [versions, journal, temporary]) await mkdir(path, { recursive: true });
    });
    return new ModelRegistry(
      folder,
      await Journal.open(journal, temporary),
      new BundleStore(versions, temporary),
    );
  }

  /**
   * Copies a bundle into the registry. One that is there already is left alone, or repaired when it is damaged.
   *
   * @returns its version
   * @throws MoodtapeError MT_BUNDLE when the bundle is damaged, MT_REGISTRY when the folder cannot be written.
   */
  async register(bundleDir: string, note: Note = {}): Promise<string> {
    const bundle = await loadBundle(bundleDir);
    const { name: model, version } = bundle;
    // A collection may take the folder away at any moment. It removes first and reads the journal then, this writes the
    // journal first and looks for the folder then: so one of the two sees the other.
    do {
      await this.bundles.put(bundle);
      await this.journal.append((events) => {
        const state = this.#after(events);
        if (state.versions.includes(version)) return undefined;
        return { ...draftOf({ event: 'registered', version }, events, state, note), model };
      });
    } while ((await this.#isRegistered(version)) && !(await this.bundles.has(version)));
    return version;
  }

  /** Makes a version live, and ends the trial. It must be undamaged, and not live yet. */
  promote(version: string, note: Note = {}): Promise<ModelEvent> {
    return this.#decide(note, (state) => promotion(version, state));
  }

  /** Records that a version was found wanting; when it is on trial, the trial ends. */
  reject(version: string, note: Note = {}): Promise<ModelEvent> {
    return this.#decide(note, (state) => rejection(version, state));
  }

  /** Makes the version live again that was so before this one, and ends the trial. */
  rollback(note: Note = {}): Promise<ModelEvent> {
    return this.#decide(note, wayBack);
  }

  /** Puts a version on trial against the live one, or changes its trial. That of another version must end first. */
  startTrial(version: string, trial: Omit<Trial, 'version'>, note: Note = {}): Promise<ModelEvent> {
    return this.#decide(note, (state) => trialStart({ ...trial, version }, state));
  }

  endTrial(note: Note = {}): Promise<ModelEvent> {
    return this.#decide(note, trialEnd);
  }

  /** The events with a number above `after`, the oldest first. */
  async events(after = 0): Promise<readonly ModelEvent[]> {
    return (await this.journal.read()).slice(after);
  }

  async state(): Promise<RegistryState> {
    return this.#after(await this.journal.read());
  }

  folderOf(version: string): string {
    return this.bundles.folderOf(version);
  }

  /** @throws MoodtapeError MT_BUNDLE when the version is not there or damaged. */
  load(version: string): Promise<Bundle> {
    return this.bundles.load(version);
  }

  /**
   * Removes the versions that are neither live, previous, on trial nor among the newest `keep`, and what processes that
   * died have left in the folder.
   *
   * @returns the versions that were removed
   */
  async collect({ keep }: { readonly keep: number }): Promise<string[]> {
    const removed: string[] = [];
    for (;;) {
      const event = await this.journal.append((events) => {
        const state = this.#after(events);
        const decision = collection(state, keep);
        return decision && draftOf(decision, events, state);
      });
      if (event === undefined) break;
      await this.bundles.remove(event.version, () => this.#isRegistered(event.version));
      removed.push(event.version);
    }
    await this.bundles.tidy((version) => this.#isRegistered(version));
    return removed;
  }

  /**
   * The state now and after each change. Changes between two looks at the journal show as one. What goes wrong ends it with
   * that error: subscribe again (`retry`) to go on.
   */
  follow(everyMs = 1000): Observable<RegistryState> {
    return timer(0, everyMs).pipe(
      exhaustMap(() => this.state()),
      distinctUntilChanged((a, b) => a.seq === b.seq),
    );
  }

  #decide(note: Note, decide: (state: RegistryState) => Decision): Promise<ModelEvent> {
    return this.journal.append(async (events) => {
      if (note.seq !== undefined) checkUnchanged(note.seq, events);
      const state = this.#after(events);
      const decision = decide(state);
      if (AT_WORK.has(decision.event)) await this.load(decision.version);
      return draftOf(decision, events, state, note);
    });
  }

  /** Only events that are new to this object are folded. */
  #after(events: readonly ModelEvent[]): RegistryState {
    this.#state = events.slice(this.#state.seq).reduce(fold, this.#state);
    return this.#state;
  }

  async #isRegistered(version: string): Promise<boolean> {
    return (await this.state()).versions.includes(version);
  }
}

/** After these a version scores texts, so its bundle must be there and undamaged. */
const AT_WORK: ReadonlySet<ModelEvent['event']> = new Set(['promoted', 'rolledBack', 'canary', 'shadow']);

function draftOf(
  { event, version, share }: Decision,
  events: readonly ModelEvent[],
  { live }: RegistryState,
  { reason, metrics = {} }: Note = {},
): Draft {
  const registered = events.findLast((one) => one.event === 'registered' && one.version === version);
  return {
    event,
    model: registered?.model ?? version,
    version,
    previous: live ?? null,
    at: Date.now(),
    reason: reason ?? null,
    share: share ?? null,
    metrics,
  };
}
