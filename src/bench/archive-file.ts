import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { quoted } from '../backfill/formats/quoted.js';

/** Writes texts as a CSV archive, a second apart. */
export async function writeArchive(file: string, texts: readonly string[]): Promise<void> {
  function* lines() {
    yield 'id,text,publishedAt\n';
    for (const [i, text] of texts.entries()) yield `${i},${quoted(text, ',')},${1_704_418_200 + i}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}
