import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('keeper.mjs', import.meta.url));
/** Far beyond any start on a busy machine: only a server that hangs gets there. */
const START_LIMIT_MS = 180_000;
const LINES_KEPT = 40;

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its data lies; goes with the server. */
  readonly folder: string;
  /** The line of output that says that it serves. */
  readonly ready: RegExp;
}

/** An empty folder for the data of one server. */
export function dataFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `moodtape-${name}-`));
}

/** A server on this machine that lives no longer than this process. */
export class LocalServer<Address> {
  readonly address: Address;
  readonly #launch: Launch;
  #keeper: ChildProcess | undefined;

  private constructor(address: Address, launch: Launch) {
    this.address = address;
    this.#launch = launch;
  }

  static async start<Address>(address: Address, launch: Launch): Promise<LocalServer<Address>> {
    const server = new LocalServer(address, launch);
    try {
      await server.resume();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Starts it again after `halt`, with its data and under its address; resolves when it serves. */
  async resume(): Promise<void> {
    const { name, command, args, folder, ready } = this.#launch;
    if (this.#keeper) throw new Error(`${name} runs already`);
    // Detached: Ctrl-C in a terminal is for the tests, which then stop their servers in order.
    const keeper = spawn(process.execPath, [KEEPER, folder, command, ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#keeper = keeper;
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) => {
        clearTimeout(limit);
        reject(new Error(`${name} ${what}; its last words:\n${lines.join('\n')}`));
      };
      const limit = setTimeout(() => fail(`does not serve after ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
      const read = (line: string) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        if (!ready.test(line)) return;
        clearTimeout(limit);
        resolve();
      };
      for (const output of [keeper.stdout, keeper.stderr]) {
        if (output) createInterface({ input: output }).on('line', read);
      }
      keeper.once('close', (code) => fail(`ended with code ${code} before it served`));
    });
  }

  /** Ends the process and waits for its end; SIGKILL is a crash. The address and the data stay for `resume`. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#end((keeper) => keeper.send(signal));
  }

  /** Ends it for good and removes its data. */
  async stop(): Promise<void> {
    // Left alone, the keeper does both, even if this process goes on no further.
    await this.#end((keeper) => keeper.disconnect());
    await rm(this.#launch.folder, { recursive: true, force: true });
  }

  async #end(tell: (keeper: ChildProcess) => void): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    if (!keeper?.connected) return;
    const ended = once(keeper, 'exit');
    tell(keeper);
    await ended;
  }
}
