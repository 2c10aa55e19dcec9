const readerGone = new AbortController();

/** Aborts when the reader of what this process writes has gone away. */
export const brokenPipe: AbortSignal = readerGone.signal;

/**
 * Aborts at the first SIGINT or SIGTERM, or when the reader has gone away: work is to end in good order. A second
 * signal ends the process at once. Commands that never call this are ended by the first.
 */
export function stopSignal(): AbortSignal {
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => asked.abort());
  return AbortSignal.any([asked.signal, brokenPipe]);
}

/** Makes a reader that goes away (`| head`) no error: `print` ends the command then. */
export function expectBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      readerGone.abort();
    });
  }
}
