import { setTimeout } from 'node:timers/promises';
import type { Member } from './member.js';

/** About as soon as an orchestrator would restart a process that ended. */
const RESTART_MS = 1_000;
const LOOK_EVERY_MS = 100;
/** An orchestrator kills after half a minute what is to end. */
const PATIENCE_MS = 30_000;

export interface Ending {
  readonly process: string;
  readonly code: number | null;
  readonly failure: string | undefined;
}

/** Whether it ended because the broker was away as it started, and is to be started again. */
export function isForBroker({ code, failure }: Ending): boolean {
  return code === 1 && failure?.startsWith('error MT_TRANSPORT') === true;
}

export function crashOf({ process, code, failure }: Ending): string {
  return `${process} ended by itself with code ${code}: ${failure ?? 'it did not say why'}`;
}

/** A place at which a process is kept at work: when it ends unasked, another one takes over. */
export class Post {
  /** How those ended that ended unasked. */
  readonly endings: Ending[] = [];
  #turn = 0;
  #member: Member;

  /** @param start starts the process of a turn, counted from 1 */
  constructor(
    readonly name: string,
    private readonly start: (turn: number) => Member,
  ) {
    this.#member = this.#next();
  }

  /** Resolves when its process works. */
  async running(): Promise<void> {
    while (!this.#member.hasRun) await setTimeout(LOOK_EVERY_MS);
  }

  /** Kills its process, whatever that is doing, and starts another. */
  async kill(): Promise<void> {
    await this.#member.stop('SIGKILL');
    this.#member = this.#next();
  }

  /** Lets its process end in order; resolves with the exit code, null when it had to be killed. */
  leave(): Promise<number | null> {
    const member = this.#member;
    const late = globalThis.setTimeout(() => void member.stop('SIGKILL'), PATIENCE_MS);
    return member.stop('SIGTERM').finally(() => clearTimeout(late));
  }

  #next(): Member {
    const turn = ++this.#turn;
    const member = this.start(turn);
    void member.ended.then(async (code) => {
      if (member.told) return;
      this.endings.push({ process: `${this.name}-${turn}`, code, failure: member.failure });
      await setTimeout(RESTART_MS);
      if (!member.told) this.#member = this.#next();
    });
    return member;
  }
}
