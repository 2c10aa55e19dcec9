import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { packagePath } from '../../../src/config.js';
import { type Pipeline, pipelineSchema } from '../../../src/dashboard/api/answers.js';
import { pause } from '../../conformance/patience.js';
import { Process } from '../../e2e/process.js';

/** The demo's topology, once through its day as fast as it goes; it goes on serving the page. */
export class DemoDay {
  private constructor(
    readonly url: string,
    readonly stop: () => Promise<unknown>,
  ) {}

  /** @param folder where its log and its view lie */
  static async start(folder: string, env: NodeJS.ProcessEnv = {}): Promise<DemoDay> {
    const server = new Process(['run', writeTopology(folder)], env);
    const { url } = await server.logged('serving the dashboard');
    return new DemoDay(String(url), () => server.stop());
  }

  /** Resolves when all of it has been scored and shown. */
  async isOver(): Promise<void> {
    while (!isThrough(await this.#pipeline())) await pause(200);
  }

  async #pipeline(): Promise<Pipeline> {
    return pipelineSchema.parse(await (await fetch(new URL('api/pipeline', this.url))).json());
  }
}

function writeTopology(folder: string): string {
  const topology = parse(readFileSync(packagePath('topologies', 'demo.yaml'), 'utf8'));
  for (const feed of topology.feeds) Object.assign(feed, { rate: 0, loop: false });
  topology.log.path = join(folder, 'log');
  topology.view.path = join(folder, 'view');
  topology.dashboard = { port: 0 };
  const file = join(folder, 'day.yaml');
  writeFileSync(file, stringify(topology));
  return file;
}

/** Everything has been read that was written, and something was. */
function isThrough({ scored, lag }: Pipeline): boolean {
  return scored > 0 && lag.every(({ committed, end }) => committed === end);
}
