import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { Histogram } from '../observe/histogram.js';

// A thread of clients: says when all have begun, and the 99th percentile of the latencies once all have had all texts.

const { url, clients, texts } = z
  .object({ url: z.url(), clients: z.number(), texts: z.number() })
  .parse(workerData);
const latencies = new Histogram();
let begun = 0;

for (let i = 0; i < clients; i++) {
  get(url, { agent: false }, (response) => {
    let rest = '';
    let hasBegun = false;
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const now = Date.now();
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      if (!hasBegun && blocks.some((block) => block.includes('id: '))) {
        hasBegun = true;
        begun++;
        if (begun === clients) parentPort?.postMessage('begun');
      }
      for (const block of blocks) record(block, now);
    });
  });
}

function record(block: string, now: number): void {
  const [, scoredAt] = /"scoredAt":(\d+)/.exec(block) ?? [];
  if (scoredAt === undefined) return;
  latencies.record(now - Number(scoredAt));
  if (latencies.count === clients * texts) parentPort?.postMessage(latencies.quantile(0.99));
}
