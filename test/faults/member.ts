import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packagePath } from '../../src/config.js';

const PROGRAM = packagePath('dist', 'cli', 'main.js');

/** How one process is told from others, and what it runs with. */
export interface Launch {
  readonly name: string;
  readonly topology: 'live' | 'view';
  readonly env: NodeJS.ProcessEnv;
  /** Where its log is kept, as `NAME.log`. */
  readonly folder: string;
}

/** `moodtape run`, as it was built, in a process of its own that lives no longer than this one. */
export class Member {
  /** Resolves with its exit code, null when it was killed. */
  readonly ended: Promise<number | null>;
  readonly pid: number | undefined;
  /** Whether it has come so far that it works. */
  hasRun = false;
  /** What it said as it failed. */
  failure: string | undefined;
  /** Whether it was told to end. */
  told = false;
  readonly #child: ChildProcess;

  constructor({ name, topology, env, folder }: Launch) {
    const args = ['run', packagePath('topologies', `${topology}.yaml`), '--profile', 'local'];
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.pid = child.pid;
    const orphaned = () => child.kill('SIGKILL');
    process.once('exit', orphaned);
    this.ended = once(child, 'close').then(() => {
      process.off('exit', orphaned);
      return child.exitCode;
    });
    const lines = createInterface({ input: child.stderr });
    const log = createWriteStream(join(folder, `${name}.log`));
    lines.on('line', (line) => {
      log.write(`${line}\n`);
      this.hasRun ||= line.includes('"msg":"running"');
      if (line.startsWith('error ')) this.failure = line;
    });
    lines.once('close', () => log.end());
  }

  /** Resolves with its exit code, null when it was killed. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.told = true;
    this.#child.kill(signal);
    return this.ended;
  }
}
