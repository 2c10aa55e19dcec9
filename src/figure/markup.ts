/** Markup that may stand in a page as it is: `html` makes it and escapes every text that is put into it. */
export class Markup {
  private constructor(readonly source: string) {}

  /** For what is no text of users, such as a style sheet of our own. */
  static trusted(source: string): Markup {
    return new Markup(source);
  }

  toString(): string {
    return this.source;
  }
}

/** What can be put into markup; a list is put in piece by piece, and nothing is put in for undefined. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** HTML or SVG; what stands in `${}` is text unless it is Markup. */
export function html(literals: TemplateStringsArray, ...contents: Content[]): Markup {
  const tail = (i: number) => literals[i + 1] ?? '';
  return Markup.trusted(
    contents.reduce<string>((all, content, i) => all + put(content) + tail(i), literals[0] ?? ''),
  );
}

function put(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.source;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(put).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that neither HTML nor XML may hold, halves of characters among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff\p{Cs}]/gu;

function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
