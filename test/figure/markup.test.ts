import fc from 'fast-check';
import { parseFragment } from 'parse5';
import { expect, test } from 'vitest';
import { html } from '../../src/figure/markup.js';
import { faultsOf, textOf } from './well-formed.js';

// Guards: no text of a data set can become markup of the page.

test('any text comes out of the parser as it went in, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const source = html`<p title="${text}">${text}</p>`.source;
      expect(faultsOf(source)).toEqual([]);
      const [paragraph] = parseFragment(source).childNodes;
      if (paragraph === undefined || !('attrs' in paragraph)) throw new Error(source);
      // The parser makes one kind of line end of all, as browsers do, and control characters are left out.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
      const read = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff\p{Cs}]/gu, '');
      expect(textOf(paragraph)).toBe(read.replace(/\r\n?/g, '\n'));
      expect(paragraph.attrs[0]?.value).toBe(read.replace(/\r\n?/g, '\n'));
    }),
  );
});

test('markup within markup stays markup, lists are put in piece by piece, undefined leaves nothing', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}${undefined}${3}</ul>`.source).toBe('<ul><li>a</li><li>&lt;b&gt;</li>3</ul>');
});

test('half a character and control characters are left out', () => {
  expect(html`${'a\ud83d\u0000b'}`.source).toBe('ab');
});
