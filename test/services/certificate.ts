import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** PEM texts: a certificate that signs itself, so it is its own authority, and its private key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for a server on the loopback interface, valid for two days; `folder` keeps its files. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const cert = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}
