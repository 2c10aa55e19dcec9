import { z } from 'zod';
import { Charsmap } from './charsmap.js';
import { isOrdinary } from './ordinary.js';

// The steps of a tokenizer.json's `normalizer` that the library in use only approximates, as transformers takes them.

type Normalise = (text: string) => string;

const flag = z.boolean().default(true);
const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
const bertSchema = z.object({
  type: z.literal('BertNormalizer'),
  clean_text: flag,
  handle_chinese_chars: flag,
  lowercase: flag,
  strip_accents: z.boolean().nullish(),
});
const stepSchema = z.discriminatedUnion('type', [
  bertSchema,
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.string() }),
  z.object({ type: z.enum(FORMS) }),
]);
const sequenceSchema = z.object({ type: z.literal('Sequence'), normalizers: z.array(z.unknown()) });

/**
 * Takes the first steps of a normaliser, as many as are known here, and leaves the others to the library.
 *
 * @throws Error when a precompiled step is damaged.
 */
export function splitNormaliser(json: unknown): { readonly first: Normalise; readonly rest: unknown } {
  const sequence = sequenceSchema.safeParse(json);
  const rest = sequence.success ? [...sequence.data.normalizers] : [json ?? null];
  const first: Normalise[] = [];
  for (let step = stepSchema.safeParse(rest[0]); step.success; step = stepSchema.safeParse(rest[0])) {
    first.push(normaliserOf(step.data));
    rest.shift();
  }
  return {
    first: (text) => first.reduce((result, normalise) => normalise(result), text),
    rest: rest.length === 0 ? null : { type: 'Sequence', normalizers: rest },
  };
}

function normaliserOf(step: z.infer<typeof stepSchema>): Normalise {
  if (step.type === 'BertNormalizer') return (text) => bertNormalised(text, step);
  if (step.type === 'Precompiled') return precompiled(step.precompiled_charsmap);
  if (step.type === 'Lowercase') return lowercased;
  return (text) => text.normalize(step.type);
}

/** Each character for itself: a Σ at the end of a word is no exception. */
const lowercased: Normalise = (text) => text.replaceAll('Σ', 'σ').toLowerCase();

/** Chinese characters as BERT knows them; the first 256 of extension E are not among them. */
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

function bertNormalised(text: string, settings: z.infer<typeof bertSchema>): string {
  let result = text;
  if (settings.clean_text)
    result = result.replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]|\uFFFD/gu, '').replace(/\s/g, ' ');
  if (settings.handle_chinese_chars) result = result.replace(CHINESE, ' $& ');
  if (settings.strip_accents ?? settings.lowercase) result = result.normalize('NFD').replace(/\p{Mn}/gu, '');
  return settings.lowercase ? lowercased(result) : result;
}

const graphemes = new Intl.Segmenter();

/** SentencePiece's: looks a grapheme up, if it is short, and then its characters. */
function precompiled(base64: string): Normalise {
  const map = new Charsmap(Buffer.from(base64, 'base64'));
  const known = new Map<string, string>();
  const ofCharacter = (character: string): string => {
    const written = known.get(character) ?? map.replacement(character) ?? character;
    known.set(character, written);
    return written;
  };
  const ofGrapheme = (grapheme: string): string => {
    const written = Buffer.byteLength(grapheme) < 6 ? map.replacement(grapheme) : undefined;
    return written ?? Array.from(grapheme, ofCharacter).join('');
  };
  return (text) =>
    isOrdinary(text)
      ? Array.from(text, ofCharacter).join('')
      : Array.from(graphemes.segment(text), ({ segment }) => ofGrapheme(segment)).join('');
}
