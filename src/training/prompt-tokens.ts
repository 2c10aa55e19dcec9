import { z } from 'zod';
import { MoodtapeError } from '../errors.js';
import type { JsonObject } from '../model/files.js';

const marked = z.tuple([z.string(), z.number()]);
const piece = z.union([
  z.object({ SpecialToken: z.object({ id: z.string(), type_id: z.number() }) }),
  z.object({ Sequence: z.object({ id: z.string(), type_id: z.number() }) }),
]);
type Piece = z.infer<typeof piece>;
const specialToken = z.looseObject({ id: z.string(), ids: z.array(z.number()), tokens: z.array(z.string()) });

/** What puts special tokens around a text, in the forms that BERT and RoBERTa have. */
const frameSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['BertProcessing', 'RobertaProcessing']), cls: marked, sep: marked }),
  z.looseObject({
    type: z.literal('TemplateProcessing'),
    single: z.array(piece),
    special_tokens: z.record(z.string(), specialToken),
  }),
]);

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.number(), content: z.string() })).default([]),
  post_processor: frameSchema,
});

/**
 * A `tokenizer.json` that puts tokens of the given new ids before every text, after the special tokens that stand there.
 *
 * @throws MoodtapeError MT_TRAINING when the tokenizer puts no special tokens around a text, or in another form.
 */
export function withPromptTokens(json: JsonObject, ids: readonly number[]): JsonObject {
  const parsed = tokenizerSchema.safeParse(json);
  if (!parsed.success) {
    throw new MoodtapeError(
      'MT_TRAINING',
      'the tokenizer has no frame of special tokens to put a prompt into',
      {
        cause: parsed.error,
      },
    );
  }
  const { added_tokens, post_processor, ...rest } = parsed.data;
  const prompt = ids.map((id) => ({ id, content: `[PROMPT-${id}]` }));
  const { single, special_tokens } = templateOf(post_processor);
  const text = single.findIndex((part) => 'Sequence' in part);
  const pieces = prompt.map(({ content }): Piece => ({ SpecialToken: { id: content, type_id: 0 } }));
  return {
    ...rest,
    added_tokens: [...added_tokens, ...prompt.map((token) => ({ ...token, ...WHOLE }))],
    post_processor: {
      type: 'TemplateProcessing',
      single: single.toSpliced(text, 0, ...pieces),
      pair: [],
      special_tokens: {
        ...special_tokens,
        ...Object.fromEntries(prompt.map(({ id, content }) => [content, specialOf([content, id])])),
      },
    },
  };
}

/** How the prompt's tokens are found in a text: not at all, since what a text spells out is taken from it before. */
const WHOLE = { special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };

function templateOf(frame: z.infer<typeof frameSchema>) {
  if (frame.type === 'TemplateProcessing') return frame;
  const [first, last] = [frame.cls, frame.sep];
  const special = ([id]: readonly [string, number]): Piece => ({ SpecialToken: { id, type_id: 0 } });
  return {
    single: [special(first), { Sequence: { id: 'A', type_id: 0 } }, special(last)],
    special_tokens: { [first[0]]: specialOf(first), [last[0]]: specialOf(last) },
  };
}

const specialOf = ([content, id]: readonly [string, number]) => ({
  id: content,
  ids: [id],
  tokens: [content],
});
