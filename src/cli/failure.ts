import { CommanderError } from 'commander';
import pc from 'picocolors';
import { asMoodtapeError, MoodtapeError } from '../errors.js';
import { scrub } from '../observe/scrub.js';

/** `rejected`: done, but for rows that could not be. */
export const EXIT = { done: 0, failed: 1, usage: 2, rejected: 3 } as const;

/** Ends a command that has already said all there is to say. */
export class QuietEnd extends Error {
  constructor(readonly outcome: keyof typeof EXIT) {
    super(outcome);
  }
}

/** Says on stderr what is otherwise than wished, and what would change that. */
export function warn({ message, remedy }: MoodtapeError): void {
  process.stderr.write(`${pc.yellow('warning')} ${message}\n  → ${remedy}\n`);
}

/** Says on stderr what went wrong and how to get out of it, without secrets, and returns the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof QuietEnd) return EXIT[error.outcome];
  const failure = asMoodtapeError(error, 'MT_INTERNAL');
  const lines = [`${pc.red('error')} ${failure.code}: ${failure.message}`, `  → ${failure.remedy}`];
  if (!(error instanceof MoodtapeError) && error instanceof Error && error.stack !== undefined) {
    lines.push(pc.dim(error.stack));
  }
  process.stderr.write(`${scrub(lines.join('\n'))}\n`);
  return failure.code === 'MT_CONFIG' ? EXIT.usage : EXIT.failed;
}
