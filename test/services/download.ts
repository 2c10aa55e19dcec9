import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

export interface Archive {
  readonly url: string;
  readonly sha256: string;
}

/** One file of a known checksum. */
export async function download({ url, sha256 }: Archive, file: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  const archive = Buffer.from(await response.arrayBuffer());
  const checksum = createHash('sha256').update(archive).digest('hex');
  if (checksum !== sha256) throw new Error(`${url} has the SHA-256 ${checksum}, not ${sha256}`);
  writeFileSync(file, archive);
}
