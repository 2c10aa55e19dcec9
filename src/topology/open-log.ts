import { readFile } from 'node:fs/promises';
import { userPath } from '../config.js';
import { asMoodtapeError } from '../errors.js';
import type { Logger } from '../observe/logger.js';
import type { Transport } from '../transport/transport.js';
import { clientLog } from './client-log.js';
import type { Topology } from './topology.js';

type KafkaLog = Extract<Topology['log'], { kind: 'kafka' }>;

/** @throws MoodtapeError MT_TRANSPORT when the log cannot be opened, MT_FILE when a certificate cannot be read. */
export async function openLog(log: Topology['log'], logger: Logger): Promise<Transport> {
  switch (log.kind) {
    case 'embedded': {
      const { openEmbeddedTransport } = await import('../transport/embedded/transport.js');
      return openEmbeddedTransport(log.path);
    }
    case 'kafka': {
      const { openKafkaTransport } = await import('../transport/kafka/transport.js');
      const { clientId, brokers, compression, replication, username, password, mechanism } = log;
      return openKafkaTransport({
        clientId,
        brokers,
        compression,
        ...(log.tls && { tls: await certificates(log) }),
        ...(username !== undefined && password !== undefined && { sasl: { mechanism, username, password } }),
        ...(replication !== undefined && { replication }),
        onLog: clientLog(logger),
      });
    }
  }
}

async function certificates({ caFile, certFile, keyFile }: KafkaLog) {
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  try {
    return file === undefined ? undefined : await readFile(userPath(file), 'utf8');
  } catch (error) {
    throw asMoodtapeError(error, 'MT_FILE');
  }
}
