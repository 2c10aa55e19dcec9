import { z } from 'zod';
import { MoodtapeError } from '../../errors.js';
import type { JsonObject } from '../files.js';

// tokenizer.json as transformers makes it from the older files, which say less; special tokens have their usual names.

export const vocabularySchema = z.record(z.string(), z.number().int().nonnegative());
type Vocabulary = z.infer<typeof vocabularySchema>;

/** BERT's: a vocab.txt of one piece a line, the line being the id. */
export function wordPieceTokenizer(pieces: string, path: string): JsonObject {
  const lines = pieces.replace(/\r?\n$/, '').split(/\r?\n/);
  const vocab = Object.fromEntries(lines.map((piece, id) => [piece, id]));
  return {
    version: '1.0',
    added_tokens: specialTokens(vocab, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], path),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'BertProcessing',
      cls: ['[CLS]', vocab['[CLS]']],
      sep: ['[SEP]', vocab['[SEP]']],
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** RoBERTa's: a vocab.json of ids, and a merges.txt of one pair a line after its first. */
export function bytePairTokenizer(
  vocab: Vocabulary,
  merges: string,
  addPrefixSpace: boolean,
  path: string,
): JsonObject {
  return {
    version: '1.0',
    added_tokens: specialTokens(vocab, ['<s>', '<pad>', '</s>', '<unk>', '<mask>'], path),
    normalizer: null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: addPrefixSpace,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: {
      type: 'RobertaProcessing',
      cls: ['<s>', vocab['<s>']],
      sep: ['</s>', vocab['</s>']],
      trim_offsets: true,
      add_prefix_space: addPrefixSpace,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab, merges: pairsOf(merges) },
  };
}

function pairsOf(merges: string): string[][] {
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
  return lines.map((line) => line.split(' '));
}

/** @throws MoodtapeError MT_CHECKPOINT when the vocabulary lacks one. */
function specialTokens(vocab: Vocabulary, names: readonly string[], path: string): JsonObject[] {
  return names.map((content) => {
    const id = vocab[content];
    if (id === undefined) throw new MoodtapeError('MT_CHECKPOINT', `${path} has no token ${content}`);
    return {
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    };
  });
}
