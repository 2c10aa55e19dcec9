import { SingleBar } from 'cli-progress';

/** How far long work has come: a bar on a terminal, a plain line now and then elsewhere; both on stderr. */
export interface Progress {
  /** `done` of the total, and a note such as the rate. */
  update(done: number, note?: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

export function createProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? barProgress(title, total) : lineProgress(title, total);
}

function barProgress(title: string, total: number): Progress {
  const single = new SingleBar({
    format: `${title} {bar} {percentage} %  {note}  {remaining}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 28,
    stream: process.stderr,
    hideCursor: true,
    stopOnComplete: false,
  });
  const started = Date.now();
  single.start(Math.max(total, 1), 0, { note: '', remaining: '' });
  return {
    update: (done, note = '') => single.update(done, { note, remaining: remaining(started, done, total) }),
    stop: () => single.stop(),
  };
}

function lineProgress(title: string, total: number): Progress {
  const started = Date.now();
  let last = started;
  return {
    update(done, note = '') {
      const now = Date.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      const percent = Math.floor((100 * done) / Math.max(total, 1));
      process.stderr.write(`${title} ${percent} %  ${note}  ${remaining(started, done, total)}\n`);
    },
    stop() {},
  };
}

function remaining(started: number, done: number, total: number): string {
  if (done <= 0 || done >= total) return '';
  const seconds = Math.round((((Date.now() - started) / 1000) * (total - done)) / done);
  const minutes = Math.floor(seconds / 60);
  return `${minutes > 0 ? `${minutes} min ` : ''}${seconds % 60} s left`;
}
