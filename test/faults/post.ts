import { setTimeout } from 'node:timers/promises';
import type { Member } from './member.js';

/** About as soon as an orchestrator would restart a process that ended. */
const RESTART_MS = 1_000;
const LOOK_EVERY_MS = 100;

/** A place at which a process is kept at work: when it ends unasked, another one takes over. */
export class Post {
  /** How those ended that ended unasked. */
  readonly endings: { readonly turn: number; readonly code: number | null; readonly hadRun: boolean }[] = [];
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

  /** Lets its process end in order; resolves with the exit code. */
  leave(): Promise<number | null> {
    return this.#member.stop('SIGTERM');
  }

  #next(): Member {
    const turn = ++this.#turn;
    const member = this.start(turn);
    void member.ended.then(async (code) => {
      if (member.told) return;
      this.endings.push({ turn, code, hadRun: member.hasRun });
      await setTimeout(RESTART_MS);
      if (!member.told) this.#member = this.#next();
    });
    return member;
  }
}
