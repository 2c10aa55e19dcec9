import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { findProgram } from './installed.js';
import { dataFolder, LocalServer } from './local-server.js';

const CLUSTER_NODES = 3;

export interface RedisAddress {
  readonly url: string;
}

export interface RedisCluster {
  /** Any of the nodes leads to the others. */
  readonly address: RedisAddress;
  /** Each is a master of its share of the slots. */
  readonly nodes: readonly LocalServer<RedisAddress>[];
  stop(): Promise<void>;
}

/** The path of redis-server, where it is installed. */
export function findRedis(): string | undefined {
  return findProgram('redis-server');
}

/** Starts a Redis. What it acknowledged is there again after `halt` and `resume`. */
export async function startRedis(): Promise<LocalServer<RedisAddress>> {
  return start(await freePort(), []);
}

/** Starts a cluster of three masters without replicas. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const ports: number[] = [];
  for (let node = 0; node < 2 * CLUSTER_NODES; node++) ports.push(await freePort());
  const buses = ports.splice(CLUSTER_NODES);
  const nodes = await Promise.all(
    ports.map((port, node) => start(port, ['--cluster-enabled', 'yes', '--cluster-port', `${buses[node]}`])),
  );
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    await promisify(execFile)('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: { url: `redis://127.0.0.1:${ports[0]}` }, nodes, stop };
}

async function start(port: number, more: readonly string[]): Promise<LocalServer<RedisAddress>> {
  const command = findRedis();
  if (!command) throw new Error('Redis is not installed: apt-get install redis-server');
  const folder = await dataFolder('redis');
  return LocalServer.start(
    { url: `redis://127.0.0.1:${port}` },
    {
      name: 'Redis',
      command,
      args: [
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
        // Every write goes to the operating system, so that it outlives the process, and none waits for the disk.
        ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'no'],
        ...more,
      ],
      folder,
      ready: /Ready to accept connections/,
    },
  );
}
