import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { askForTexts } from '../../src/cli/ask-for-texts.js';

// Guards: the prompt of `moodtape score` asks again after each answer, and ends with its input.

it('askForTexts asks for a line at a time, and passes empty ones over', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const texts = askForTexts(input, output);
  input.write('大盘涨停\n\n');
  expect(await texts.next()).toMatchObject({ value: '大盘涨停' });
  input.end('跌');
  expect(await texts.next()).toMatchObject({ value: '跌' });
  expect(await texts.next()).toMatchObject({ done: true });
  output.end();
  expect(await text(output)).toBe('One text a line; Ctrl-D ends.\n› › › \n');
});
