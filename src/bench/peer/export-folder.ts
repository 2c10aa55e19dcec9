import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineBundle } from '../../inference/create-engine.js';
import { withUsualEnds } from './usual-ends.js';

/** The graphs of a folder, under the names that Hugging Face's libraries give them: `dtype` fp32 and q8. */
const GRAPHS = { fp32: 'model.onnx', int8: 'model_quantized.onnx' } as const;

/**
 * Writes a model as a folder that transformers.js loads for text classification, in fp32 and int8. What it computes is
 * the same, operator by operator; only the types at its two ends differ.
 */
export async function exportFolder(
  { spec, tokenizer, graph }: Pick<EngineBundle, 'spec' | 'tokenizer' | 'graph'>,
  dir: string,
): Promise<void> {
  const { labels, maxLength } = spec;
  const config = {
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    problem_type: 'single_label_classification',
    id2label: Object.fromEntries(labels.entries()),
    label2id: Object.fromEntries([...labels.entries()].map(([id, label]) => [label, id])),
  };
  await mkdir(join(dir, 'onnx'), { recursive: true });
  const writeJson = (name: string, value: unknown) => writeFile(join(dir, name), JSON.stringify(value));
  await Promise.all([
    writeJson('config.json', config),
    writeJson('tokenizer.json', tokenizer.json),
    writeJson('tokenizer_config.json', { ...tokenizer.config, model_max_length: maxLength }),
    writeFile(join(dir, 'onnx', GRAPHS.fp32), withUsualEnds(await graph('fp32'))),
    writeFile(join(dir, 'onnx', GRAPHS.int8), withUsualEnds(await graph('int8'))),
  ]);
}
