import { freePort } from './free-port.js';
import { findProgram } from './installed.js';
import { dataFolder, LocalServer } from './local-server.js';

export interface ChromiumAddress {
  /** Where it answers to Chrome's DevTools protocol. */
  readonly url: string;
}

/** The path of Chromium or Chrome, where it is installed. */
export function findChromium(): string | undefined {
  return findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

/** Starts a browser without a window; each test opens a context of its own in it. */
export async function startChromium(): Promise<LocalServer<ChromiumAddress>> {
  const command = findChromium();
  if (!command) throw new Error('Chromium is not installed: apt-get install chromium');
  const [folder, port] = [await dataFolder('chromium'), await freePort()];
  return LocalServer.start(
    { url: `http://127.0.0.1:${port}` },
    {
      name: 'Chromium',
      command,
      args: [
        ...['--headless=new', `--remote-debugging-port=${port}`, `--user-data-dir=${folder}`],
        // Build servers run as root, where its sandbox does not; it sees nothing but our own pages.
        ...['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--mute-audio'],
        // Pages in the background go on drawing.
        ...['--disable-renderer-backgrounding', '--disable-background-timer-throttling'],
        'about:blank',
      ],
      folder,
      ready: /DevTools listening on/,
    },
  );
}
