import { type Command, InvalidArgumentError } from 'commander';
import { importCheckpoint } from '../training/import-checkpoint.js';
import { examples } from './examples.js';
import { print, printJson } from './output.js';

interface Options {
  readonly out: string;
  readonly maxLength?: number;
  readonly seed: number;
  readonly json?: boolean;
}

const DETAILS = `
Takes BERT, RoBERTa and XLM-RoBERTa: config.json, model.safetensors or its shards, and tokenizer.json, vocab.txt, or
vocab.json with merges.txt. The classifier on top is new: train the bundle before you score with it.`;

export function define(command: Command): void {
  command
    .argument('<checkpoint>', 'folder of a Hugging Face checkpoint')
    .requiredOption('--out <folder>', 'folder of the bundle')
    .option('--max-length <n>', 'tokens to read of a text (default: as many as it has positions)', whole)
    .option('--seed <n>', 'seed of the new weights', whole, 13)
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', DETAILS)
    .addHelpText('after', examples('moodtape import ./chinese-roberta --out runs/encoder'))
    .action(run);
}

async function run(checkpoint: string, { out, json, ...options }: Options): Promise<void> {
  const { name, version, spec } = await importCheckpoint(checkpoint, out, options);
  if (json) return printJson({ out, name, version, spec });
  const { layers, hidden } = spec.encoder;
  await print(`${out}: ${name}, ${layers} layers of ${hidden}, ${spec.maxLength} tokens, version ${version}`);
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('not a whole number');
  return Number(text);
}
