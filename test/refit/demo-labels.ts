import { readFileSync } from 'node:fs';
import { rawCodec } from '../../src/codec/codecs.js';
import { decodeText } from '../../src/codec/raw-text.js';
import { DOMAINS, type Domain } from '../../src/codec/sentiment.js';
import { loadEngine } from '../../src/index.js';
import { argmax } from '../../src/training/metrics.js';

/** A text of the demo feed with the label that the default model gives it. */
export interface DemoLabel {
  readonly text: string;
  readonly domain: Domain;
  /** Index into `LABELS`. */
  readonly label: number;
  /** What the model says, by label. */
  readonly probabilities: readonly number[];
}

/** The texts of the demo feed that can be read, each once. */
export async function demoLabels(): Promise<DemoLabel[]> {
  const engine = await loadEngine('models/default');
  const labelled: DemoLabel[] = [];
  for (const domain of DOMAINS) {
    for (const scored of await engine.score([...new Set(textsOf(domain))])) {
      if (scored instanceof Error) continue;
      const { text, probabilities } = scored;
      labelled.push({ text, domain, label: argmax(probabilities), probabilities });
    }
  }
  await engine.close();
  return labelled;
}

function textsOf(domain: Domain): string[] {
  const codec = rawCodec(domain, 'json');
  const feed = readFileSync(new URL(`../../demo/feed/${domain}.ndjson`, import.meta.url), 'utf8');
  return feed.split('\n').flatMap((line) => {
    try {
      return [decodeText(Buffer.from(line), domain, codec).text];
    } catch {
      return [];
    }
  });
}
