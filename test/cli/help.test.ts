import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/program.js';

/** The help page of a command, with what was added to its end. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

describe('the help', () => {
  it.each(COMMANDS)(
    'of `$name` and of all its parts says what it does and shows an example',
    async ({ name, summary, load }) => {
      const command = new Command(name).description(summary);
      (await load()).define(command);
      for (const part of [command, ...command.commands]) {
        expect(part.description()).not.toBe('');
        expect(helpOf(part)).toMatch(new RegExp(`Examples:\\n {2}\\$ moodtape ${name}\\b`));
      }
    },
  );
});
