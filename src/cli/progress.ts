import { SingleBar } from 'cli-progress';

/**
 * How far long work has come: a bar on a terminal, a plain line now and then elsewhere; both on stderr. Of a total that is
 * not known (0), the note alone.
 */
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
    format: total === 0 ? `${title}  {note}` : `${title} {bar} {percentage} %  {note}  {remaining}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 28,
    stream: process.stderr,
    hideCursor: true,
    stopOnComplete: false,
  });
  const remaining = remainingOf(total);
  single.start(Math.max(total, 1), 0, { note: '', remaining: '' });
  return {
    update: (done, note = '') => single.update(done, { note, remaining: remaining(done) }),
    stop: () => single.stop(),
  };
}

function lineProgress(title: string, total: number): Progress {
  const remaining = remainingOf(total);
  let last = Date.now();
  let stopped = false;
  return {
    update(done, note = '') {
      // What was under way may end after the work was given up, and its error shown.
      if (stopped) return;
      const now = Date.now();
      const left = remaining(done);
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      const percent = total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
      process.stderr.write(`${title}${percent}  ${note}  ${left}\n`);
    },
    stop() {
      stopped = true;
    },
  };
}

/** Says how long the rest will take, at the pace since the first call: what was done before that may have been quicker. */
function remainingOf(total: number): (done: number) => string {
  let first: { readonly at: number; readonly done: number } | undefined;
  return (done) => {
    first ??= { at: Date.now(), done };
    if (done <= first.done || done >= total) return '';
    const seconds = Math.round((((Date.now() - first.at) / 1000) * (total - done)) / (done - first.done));
    const minutes = Math.floor(seconds / 60);
    return `${minutes > 0 ? `${minutes} min ` : ''}${seconds % 60} s left`;
  };
}
