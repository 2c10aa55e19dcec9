import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../../src/cli/program.js';
import { packagePath } from '../../src/config.js';
import { freePort } from '../services/free-port.js';
import { dockerfileStages, restsOf, type Stage, variablesOf } from './dockerfile.js';
import { environmentNames } from './environment-names.js';

const stages = dockerfileStages();
const targets = stages.filter(({ name }) => name === 'cpu' || name === 'gpu');

const words = z.array(z.string());
/** The words of an instruction that is a JSON array, at the end of its line. */
const wordsOf = (stage: Stage, name: string) =>
  words.parse(JSON.parse(/\[.*\]$/.exec(restsOf(stage, name)[0] ?? '')?.[0] ?? '[]'));

/** What is copied out of the repository. */
const copied = stages.flatMap((stage) =>
  restsOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1)),
);

describe('the Dockerfile', () => {
  it('has the targets gpu and cpu, and builds cpu when none is named', () => {
    expect(targets.map(({ name }) => name)).toEqual(['gpu', 'cpu']);
    expect(stages.at(-1)?.name).toBe('cpu');
  });

  it('builds on images of a named version, and on stages before', () => {
    for (const [index, { from }] of stages.entries()) {
      const before = stages.slice(0, index).map(({ name }) => name);
      if (!before.includes(from)) expect(from).toMatch(/^[a-z/]+:(?!latest)[\w.-]*\d[\w.-]*$/);
    }
    const sources = stages.flatMap((stage) =>
      restsOf(stage, 'COPY').map((rest) => /^--from=(\w+[\w-]*)/.exec(rest)?.[1]),
    );
    for (const source of sources.filter((name) => name !== undefined)) {
      expect(stages.map(({ name }) => name)).toContain(source);
    }
  });

  it('copies what there is, what .dockerignore lets through, and all that belongs to the package', () => {
    const ignore = readFileSync(packagePath('.dockerignore'), 'utf8').split('\n');
    expect(ignore).toContain('*');
    for (const source of copied) {
      expect(existsSync(packagePath(source)), source).toBe(true);
      expect(ignore, source).toContain(`!${source}`);
    }
    const manifest = z.object({ files: words });
    const { files } = manifest.parse(JSON.parse(readFileSync(packagePath('package.json'), 'utf8')));
    expect(copied).toEqual(expect.arrayContaining(files.filter((file) => !/^!?dist\b/.test(file))));
  });

  it('installs without install steps and keeps no development tools', () => {
    const runs = stages.flatMap((stage) => restsOf(stage, 'RUN')).join('\n');
    expect(runs).toMatch(/npm ci --ignore-scripts/);
    expect(runs).toMatch(/npm prune --omit=dev --ignore-scripts/);
  });

  it.each(targets)(
    '$name runs as nobody special, is told to drain, and starts a command that there is',
    (stage) => {
      expect(restsOf(stage, 'USER')).toEqual(['1000:1000']);
      expect(restsOf(stage, 'STOPSIGNAL')).toEqual(['SIGTERM']);
      const manifest = z.object({ bin: z.object({ moodtape: z.string() }) });
      const { bin } = manifest.parse(JSON.parse(readFileSync(packagePath('package.json'), 'utf8')));
      expect(wordsOf(stage, 'ENTRYPOINT')).toEqual(['node', bin.moodtape]);
      const [command = '', file = ''] = wordsOf(stage, 'CMD');
      expect(COMMANDS.map(({ name }) => name)).toContain(command);
      expect(existsSync(packagePath(file)), file).toBe(true);
      for (const name of Object.keys(variablesOf(stage))) {
        if (name !== 'NODE_ENV') expect(environmentNames(file)).toContain(name);
      }
    },
  );

  it('has one health check for both targets, which asks /healthz', async () => {
    const checks = targets.map((stage) => wordsOf(stage, 'HEALTHCHECK'));
    const [[program = '', ...args] = []] = checks;
    expect(checks[1]).toEqual(checks[0]);
    let status = 200;
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(status).end();
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const check = async () => {
      const child = spawn(program, args, { env: { ...process.env, MOODTAPE_METRICS_PORT: String(port) } });
      const [code] = await once(child, 'close');
      return code;
    };
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    expect(asked).toEqual(['/healthz', '/healthz']);
    server.closeAllConnections();
    server.close();
    expect(await check()).toBe(1);
  });
});
