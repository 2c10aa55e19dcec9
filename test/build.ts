import { execSync } from 'node:child_process';
import { PROJECT } from './cli/run-cli.js';

/** Builds what the tests run: only what has changed is written again. */
export default function setup(): void {
  execSync('npm run --silent build', { cwd: PROJECT, stdio: 'inherit' });
}
