import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { COMMAND_LINE, PROJECT } from '../cli/run-cli.js';
import { pause } from '../conformance/patience.js';

const running = new Set<ChildProcess>();

/** Ends all that a test that failed has left running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A run of the command line that goes on until it is stopped. */
export class Process {
  /** All that it has written. */
  output = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [...COMMAND_LINE, ...args], {
      cwd: PROJECT,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
      });
    }
    this.#closed = once(this.#child, 'close').finally(() => running.delete(this.#child));
    running.add(this.#child);
  }

  /** Resolves when it has logged a line with this message, to the line. */
  async logged(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = this.#lines().find(({ msg }) => msg === message);
      if (line !== undefined) return line;
      if (this.#child.exitCode !== null)
        throw new Error(`ended before it logged “${message}”:\n${this.output}`);
      await pause(20);
    }
  }

  /** Asks it to end; resolves to its exit code, null when it had to be killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    await this.#closed;
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    await this.stop('SIGKILL');
  }

  #lines(): Record<string, unknown>[] {
    return this.output.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }
}
