import { z } from 'zod';
import { parseJson } from './json.js';

const KEYS = ['label', 'category', 'sentiment', 'answer', '标签', '类别', '情绪', '答案'];
const PREFIX = new RegExp(`^(?:${KEYS.join('|')}) ?:`);
const named = z.union([z.string(), z.number().transform(String)]);
const fields = z.record(z.string(), z.unknown());

/**
 * The label that an answer names, as an index; undefined when it is not an answer to the question. An answer is a label's
 * name, its number, or both, in any case and punctuation, maybe behind `label:` or in a JSON object, and after any
 * reasoning that ends in `</think>`. A label somewhere in a sentence is none: the sentence may deny it.
 */
export function parseLabel(answer: string, labels: readonly string[]): number | undefined {
  const said = answer.split('</think>').at(-1) ?? '';
  const words = folded(folded(fromJson(said) ?? said).replace(PREFIX, ''));
  const names = labels.map(folded);
  const isNumber = (name: string, index: number) => {
    const number = String(index);
    return words === number || (words.startsWith(number) && folded(words.slice(number.length)) === name);
  };
  const index = names.includes(words) ? names.indexOf(words) : names.findIndex(isNumber);
  return index < 0 ? undefined : index;
}

/** One case, one kind of space, and nothing but letters and digits at either end. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** What a JSON object says under a key that means label; undefined when it is no such object. */
function fromJson(text: string): string | undefined {
  const { data } = fields.safeParse(parseJson(text.replace(/^\s*```(?:json)?|```\s*$/g, '')));
  const key = KEYS.find((name) => data?.[name] !== undefined);
  return key === undefined ? undefined : named.safeParse(data?.[key]).data;
}
