import { userPath } from '../config.js';
import { nameOf, placementsOf } from '../inference/placement.js';
import { padded } from '../inference/pooled-engine.js';
import { loadBundle } from '../model/bundle.js';
import { scoreTexts } from '../score-texts.js';
import { normalise } from '../text/normalise.js';
import { bestBatches } from './batches.js';
import type { BenchOptions, Outcome } from './benchmark.js';
import { bestList, type Classify, inLists } from './peer/lists.js';
import { withPacked } from './peer/packed.js';
import { withTransformers } from './peer/transformers.js';
import { rate } from './rate.js';
import { compare, inTurns, Side } from './side.js';
import { readTexts } from './texts.js';
import { withEngine } from './with-engine.js';

/**
 * Texts a second of the engine against transformers.js with the same model: in its default precision, text by text and
 * in lists, and on the same int8 graph in lists, each of the length that suits it best; and against what ONNX Runtime
 * does by itself.
 *
 * @throws MoodtapeError MT_PEER when transformers.js is not installed.
 */
export async function inference(options: BenchOptions): Promise<Outcome> {
  const { settings, rounds, onRound } = options;
  const texts = await readTexts(options.data, options.texts);
  const bundle = await loadBundle(userPath(settings.model));
  return withTransformers(bundle, async (open) => {
    const [fp32, int8] = [await open('fp32'), await open('q8')];
    const lists = { fp32: await bestList('fp32', fp32, texts), int8: await bestList('int8', int8, texts) };
    return withEngine(settings, async ({ engine, cost }) => {
      const [first, ...others] = placementsOf(settings, bundle.spec);
      const placement = others.find((one) => nameOf(one) === engine.runtime) ?? first;
      const tokens = texts.map((text) => engine.tokenise(normalise(text)));
      const batches = bestBatches(tokens, cost).map((batch) => padded(batch, bundle.spec.encoder.padId));
      const graph = await bundle.graph(placement.precision, 'router', placement.form);
      return withPacked(graph, placement, batches, async (runPacked) => {
        const side = (name: string, work: () => Promise<unknown>) =>
          new Side(name, () => rate(texts.length, work));
        const transformers = (precision: string, classify: Classify, size: number) =>
          side(`transformers.js ${precision}, ${size} a call`, () => inLists(classify, texts, size));
        const ours = side('moodtape', () => scoreTexts(engine, texts));
        const peers = [
          ...[...new Set([1, lists.fp32.size])].map((size) => transformers('fp32', fp32, size)),
          transformers('int8', int8, lists.int8.size),
          side('ONNX Runtime alone, packed batches', runPacked),
        ];
        await inTurns(rounds, [ours, ...peers], onRound);
        return {
          comparisons: peers.map((peer) => compare(ours, peer, 'texts/s')),
          rows: [...lists.fp32.rows, ...lists.int8.rows],
          facts: { runtime: engine.runtime },
        };
      });
    });
  });
}
