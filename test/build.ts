import { spawnSync } from 'node:child_process';
import { PROJECT } from './cli/run-cli.js';

/** Builds what the tests run: only what has changed is written again. A mistake in types is told, and stops no test. */
export default function setup(): void {
  spawnSync('npm', ['run', '--silent', 'build'], { cwd: PROJECT, stdio: 'inherit' });
}
