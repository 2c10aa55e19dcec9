import { cursorTo, moveCursor } from 'node:readline';
import pc from 'picocolors';
import type { ScorerStats } from '../observe/scorer-stats.js';
import type { SymbolSummary, View } from '../view/view.js';
import { coloured, signed } from './colours.js';
import { table } from './output.js';

const REFRESH_MS = 500;
const LINE_EVERY_MS = 2_000;
const MOST_ROWS = 16;
/** Lines that are not rows of the table. */
const OTHER_LINES = 6;
/** Width of the columns beside the text. */
const OTHER_COLUMNS = 40;
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Shows what the demo does: a live table on a terminal; elsewhere a line now and then, and the table at the end. */
export class DemoScreen {
  readonly #live = process.stdout.isTTY;
  readonly #timer: NodeJS.Timeout;
  #height = 0;

  constructor(
    private readonly stats: ScorerStats,
    private readonly view: View,
    private readonly address: string | undefined,
  ) {
    if (!this.#live && address !== undefined) this.#write([dashboardAt(address)]);
    const tick = () => (this.#live ? this.#draw() : this.#write([summaryOf(this.stats)]));
    this.#timer = setInterval(() => void tick(), this.#live ? REFRESH_MS : LINE_EVERY_MS);
  }

  /** Shows the last state, which stays. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#draw();
  }

  async #draw(): Promise<void> {
    const rows = Math.min(MOST_ROWS, (process.stdout.rows ?? 24) - OTHER_LINES);
    const lines = [
      ...heading(this.stats, this.address),
      '',
      ...symbolTable(await this.view.symbols(rows)).split('\n'),
    ];
    // A terminal may have echoed `^C` at the start of the line.
    if (this.#live) cursorTo(process.stdout, 0);
    if (this.#live && this.#height > 0) moveCursor(process.stdout, 0, -this.#height);
    this.#height = lines.length;
    this.#write(lines);
  }

  #write(lines: readonly string[]): void {
    const [end, below] = this.#live ? [CLEAR_LINE, CLEAR_BELOW] : ['', ''];
    process.stdout.write(`${lines.map((line) => `${line}${end}\n`).join('')}${below}`);
  }
}

function heading(stats: ScorerStats, address: string | undefined): string[] {
  const dead = stats.deadByCode().map(([code, count]) => `${code} ${count}`);
  return [
    ...(address === undefined ? [] : [dashboardAt(address)]),
    summaryOf(stats),
    pc.dim(dead.length === 0 ? 'no dead letters' : `dead letters: ${dead.join(', ')}`),
  ];
}

function dashboardAt(address: string): string {
  return `dashboard: ${pc.underline(address)}`;
}

function summaryOf(stats: ScorerStats): string {
  const { scored, deadLettered, cached, textsPerSecond, p50Ms, p99Ms } = stats.summary();
  return [
    `${scored} scored (${cached} known)`,
    `${deadLettered} dead-lettered`,
    `${textsPerSecond} texts/s`,
    `p50 ${p50Ms} ms`,
    `p99 ${p99Ms} ms`,
  ].join(' · ');
}

function symbolTable(symbols: readonly SymbolSummary[]): string {
  const rows = symbols.map(({ symbol, count, mean, last }) => [
    symbol,
    count,
    signed(mean),
    coloured(last.label, last.label),
    last.text,
  ]);
  const width = Math.max(20, Math.min(process.stdout.columns ?? 100, 160) - OTHER_COLUMNS);
  return table(['symbol', 'texts', 'mean', 'last', ''], rows, { 4: width });
}
