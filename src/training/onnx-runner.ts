import '../no-telemetry.js';

import * as ort from 'onnxruntime-node';
import { MoodtapeError } from '../errors.js';

/** Tokens in one call: enough to keep the cores busy, few enough to stay in their caches. */
const BATCH_TOKENS = 2048;

/** Most threads of a session in this process; ONNX Runtime takes one a core when it is not set. */
let sessionThreads: number | undefined;

/** From now on the graphs that this process runs have so many threads at most. */
export function limitThreads(threads: number): void {
  sessionThreads = threads;
}

/** What a graph gives for one text: its row of every output by name, padding cut off. */
export type TextOutput = ReadonlyMap<string, Float32Array>;

/**
 * Runs an ONNX graph of src/model over many texts, in batches of like lengths.
 *
 * @param onText called once a text, in no particular order
 */
export async function runGraph(
  graph: Uint8Array,
  texts: readonly Int32Array[],
  padId: number,
  onText: (index: number, output: TextOutput) => void,
): Promise<void> {
  const session = await ort.InferenceSession.create(
    graph,
    sessionThreads === undefined ? {} : { intraOpNumThreads: sessionThreads },
  );
  const order = texts.map((_, i) => i).sort((a, b) => lengthOf(texts, a) - lengthOf(texts, b));
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && (end + 1 - start) * lengthOf(texts, order[end]) <= BATCH_TOKENS) end++;
    const batch = order.slice(start, end);
    const length = lengthOf(texts, batch.at(-1));
    const ids = new Int32Array(batch.length * length).fill(padId);
    for (const [row, index] of batch.entries()) ids.set(texts[index] ?? [], row * length);
    const input = new ort.Tensor('int32', ids, [batch.length, length]);
    const outputs = Object.entries(await session.run({ input_ids: input })).map(([name, tensor]) => {
      if (!(tensor.data instanceof Float32Array))
        throw new MoodtapeError('MT_INFERENCE', `${name} is not float32`);
      return {
        name,
        data: tensor.data,
        perToken: tensor.dims.length === 3,
        size: tensor.data.length / batch.length,
      };
    });
    batch.forEach((index, row) => {
      const output = outputs.map(({ name, data, perToken, size }): [string, Float32Array] => {
        const real = perToken ? (size / length) * lengthOf(texts, index) : size;
        return [name, data.slice(row * size, row * size + real)];
      });
      onText(index, new Map(output));
    });
    start = end;
  }
  await session.release();
}

const lengthOf = (texts: readonly Int32Array[], index = 0) => texts[index]?.length ?? 0;
