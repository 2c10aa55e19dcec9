import type { Example } from '../training/dataset.js';
import { derive, shuffle } from '../training/random.js';
import { type Asking, askAll, type Respondent } from './ask.js';
import { sameFacts } from './facts.js';
import type { Synonyms } from './synonyms.js';

/** A labelled text in other words. */
export interface Reworded extends Example {
  /** How it came about, also the end of its id. */
  readonly source: 'synonyms' | 'llm';
}

export interface AugmentOptions {
  /** Part of the texts that synonyms reword, from 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** Rewords the others; they are left out without one. */
  readonly respondent?: Respondent | undefined;
  readonly asking?: Asking;
}

export interface Augmented {
  /** In the order of the examples, each at most once. */
  readonly reworded: Reworded[];
  /** Answers that changed a number or a symbol, or nothing at all. */
  readonly unusable: number;
}

const MAX_TOKENS = 2048;
/** Other words every time, and the same with the same seed where the endpoint heeds it. */
const TEMPERATURE = 0.7;
/** An answer that is so much longer explains itself. */
const MOST_GROWTH = 2;

/**
 * Rewords texts for training, as published for FinSA-MoE: some by synonyms, the others by a chat model. The same seed
 * gives the same texts. Fails as `askAll` does.
 */
export async function augment(
  examples: readonly Example[],
  labels: readonly string[],
  synonyms: Synonyms,
  { share, seed, respondent, asking }: AugmentOptions,
): Promise<Augmented> {
  const bySynonyms = rewordSome(examples, synonyms, Math.round(share * examples.length), seed);
  const others = examples.filter((example) => !bySynonyms.has(example));
  const byModel =
    respondent === undefined
      ? new Map<Example, string>()
      : await rewordByModel(others, labels, respondent, seed, asking);
  const reworded = examples.flatMap((example): Reworded[] => {
    const [synonymous, asked] = [bySynonyms.get(example), byModel.get(example)];
    if (synonymous !== undefined) return [inOtherWords(example, synonymous, 'synonyms')];
    return asked === undefined ? [] : [inOtherWords(example, asked, 'llm')];
  });
  return { reworded, unusable: respondent === undefined ? 0 : others.length - byModel.size };
}

function inOtherWords(example: Example, text: string, source: Reworded['source']): Reworded {
  return { ...example, id: `${example.id}-${source}`, text, source };
}

/** `count` of the examples, or as many as have words to swap. */
function rewordSome(
  examples: readonly Example[],
  synonyms: Synonyms,
  count: number,
  seed: number,
): Map<Example, string> {
  const texts = new Map<Example, string>();
  const order = shuffle([...examples.entries()], derive(seed, 'augment'));
  for (const [index, example] of order) {
    if (texts.size === count) break;
    const text = synonyms.reword(example.text, derive(seed, 'synonyms', index));
    if (text !== undefined) texts.set(example, text);
  }
  return texts;
}

async function rewordByModel(
  examples: readonly Example[],
  labels: readonly string[],
  respondent: Respondent,
  seed: number,
  asking?: Asking,
): Promise<Map<Example, string>> {
  const requests = examples.map(({ text, label }) => ({
    model: respondent.model,
    messages: [{ role: 'user', content: rewordingPrompt(text, labels[label] ?? '') }] as const,
    temperature: TEMPERATURE,
    max_tokens: MAX_TOKENS,
    seed,
  }));
  const answers = await askAll(respondent, requests, asking);
  return new Map(
    examples.flatMap((example, i): [Example, string][] => {
      const text = bare(answers[i] ?? '');
      return isUsable(text, example.text) ? [[example, text]] : [];
    }),
  );
}

function rewordingPrompt(text: string, label: string): string {
  return `请换一种说法改写下面这条财经新闻或股民评论，原意和情绪倾向（${label}）保持不变。股票名称、代码、数字和日期一律照抄。只输出改写后的文本，不要解释。

原文：${text}
改写：`;
}

/** An answer without its reasoning, and without the quotes around it. */
function bare(answer: string): string {
  const text = (answer.split('</think>').at(-1) ?? '').trim();
  return text.replace(/^(?:改写|改写后)[:：]\s*/, '').replace(/^([“"「])(.*)([”"」])$/s, '$2');
}

function isUsable(text: string, original: string): boolean {
  const grown = text.length > MOST_GROWTH * original.length + 10;
  return text !== '' && text !== original && !grown && sameFacts(text, original);
}
