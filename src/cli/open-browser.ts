import { spawn } from 'node:child_process';

/** What opens an address, by platform. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  linux: ['xdg-open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the browser of the person at this terminal; where there is no desktop, nothing happens. */
export function openBrowser(address: string): void {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, CI } = process.env;
  const hasDesktop = process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY);
  const [command, ...args] = OPENERS[process.platform] ?? [];
  if (command === undefined || !process.stdout.isTTY || !hasDesktop || SSH_CONNECTION || CI) return;
  const opener = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  // The address stands on the screen as well.
  opener.on('error', () => {});
  opener.unref();
}
