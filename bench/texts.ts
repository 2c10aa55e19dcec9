import { readFileSync } from 'node:fs';

/** A raw record of the demo feed. */
export interface FeedRecord {
  readonly id: string;
  readonly text: string;
  readonly publishedAt: number;
}

/** So many different texts of the lengths that news and posts have: those of the demo feed, numbered when they repeat. */
export function feedRecords(count: number): FeedRecord[] {
  const texts = ['news', 'forum'].flatMap((name) => textsOf(`../demo/feed/${name}.ndjson`));
  return Array.from({ length: count }, (_, n) => ({
    id: String(n),
    text: `${texts[n % texts.length]}${n < texts.length ? '' : `（${Math.floor(n / texts.length)}）`}`,
    publishedAt: 1_772_414_115,
  }));
}

/** The feed holds broken lines on purpose; they are left out. */
function textsOf(path: string): string[] {
  const lines = readFileSync(new URL(path, import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => /"text": "([^"\\]+)"/.exec(line)?.[1] ?? []);
}
