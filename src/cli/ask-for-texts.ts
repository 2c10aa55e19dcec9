import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Asks for one text after the other, with the line editing and history of a terminal, until Ctrl-D. */
export async function* askForTexts(input: Readable, output: Writable): AsyncGenerator<string> {
  output.write('One text a line; Ctrl-D ends.\n');
  const lines = createInterface({ input, output, prompt: '› ' });
  let open = true;
  lines.once('close', () => {
    open = false;
  });
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() !== '') yield line;
    // The input may have ended while a text was scored, and Node 24 throws at a prompt after that.
    if (open) lines.prompt();
  }
  output.write('\n');
}
