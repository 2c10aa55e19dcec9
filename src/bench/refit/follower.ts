import { join } from 'node:path';
import { jsonCodec } from '../../codec/json.js';
import { decodeLabel, type LabelledText } from '../../codec/label.js';
import { LABELS } from '../../codec/sentiment.js';
import { type LabelMemory, NO_MEMORY, takeIn } from '../../refit/intake.js';
import { LabelBuffer } from '../../refit/labels/buffer.js';
import { Panel } from '../../refit/panel.js';
import { RefitCycle, type RefitCycleSettings } from '../../refit/refit-cycle.js';
import type { RefitDecided } from '../../refit/trainer-event.js';
import { NOTHING_NEW } from '../../refit/trigger.js';
import type { ModelRegistry } from '../../registry/registry.js';
import type { Example } from '../../training/dataset.js';

/** What became of some labels. */
export interface Followed {
  readonly kept: number;
  readonly held: number;
  /** Undefined where too few labels are new for a refit. */
  readonly decided: Omit<RefitDecided, 'type'> | undefined;
}

/** Fewest new labels for a refit. */
const AT_LEAST = 100;

/** What a trainer does with labels, in order and without a clock. */
export class Follower {
  readonly #buffer: LabelBuffer<LabelMemory>;
  readonly #panel: Panel;
  readonly #cycle: RefitCycle;
  #arrived = 0;

  constructor(
    folder: string,
    private readonly registry: ModelRegistry,
    settings: RefitCycleSettings,
  ) {
    this.#buffer = LabelBuffer.open(join(folder, 'labels'));
    this.#panel = new Panel(registry);
    this.#cycle = new RefitCycle(folder, registry, settings);
  }

  /** Takes labels in, and judges them. */
  async take(examples: readonly Example[], annotator: string): Promise<Omit<Followed, 'decided'>> {
    const entries = examples.map((example) => ({
      offset: BigInt(this.#arrived++),
      value: labelOf(example, annotator),
    }));
    await this.#buffer.add({ topic: 'labels', partition: 0, entries });
    let [kept, held] = [0, 0];
    while (this.#buffer.waitingCount > 0) {
      const panel = await this.#panel.models(await this.registry.state());
      const judged = await takeIn(this.#buffer, panel, 0, 0);
      kept += judged.kept;
      held += judged.held.annotator + judged.held.text;
    }
    return { kept, held };
  }

  /** Refits the live version, when there are labels that no refit has seen. */
  async refit(): Promise<Followed['decided']> {
    const memory = this.#buffer.memory() ?? NO_MEMORY;
    if (memory.trigger.labels < AT_LEAST) return undefined;
    await this.#buffer.settle([], { ...memory, trigger: NOTHING_NEW });
    await this.#cycle.prepare(this.#buffer);
    return this.#cycle.finish(new AbortController().signal, undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#buffer.close(), this.#panel.close()]);
  }
}

/** As it would come from a topic. */
function labelOf({ id, text, label, domain }: Example, annotator: string): LabelledText {
  const value = { id, text, domain, label: LABELS[label], labelledAt: 1_772_414_115, annotator };
  return decodeLabel(jsonCodec.encode(value), jsonCodec);
}
