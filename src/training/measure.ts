import { openBundle, type TextOptions } from './bundle.js';
import { evaluationReport, type FullReport } from './evaluation.js';
import { predict } from './predictions.js';

/** What a bundle reaches on labelled files, in fp32. */
export async function measureBundle(
  dir: string,
  files: readonly string[],
  options: TextOptions,
): Promise<FullReport> {
  const { bundle, model, read } = await openBundle(dir);
  const texts = await read(files, options);
  const predictions = await predict(model, texts, { temperature: bundle.temperature });
  const { labels, experts } = model.spec;
  return evaluationReport(texts, predictions, labels, experts?.names ?? []);
}
