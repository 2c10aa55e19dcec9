import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asMoodtapeError } from '../errors.js';
import { pageOf } from './page/page.js';
import type { Report } from './report.js';

/**
 * Makes the folder of a report: before the work, so that it is not done in vain.
 *
 * @throws MoodtapeError MT_FILE when that cannot be.
 */
export async function makeReportFolder(dir: string): Promise<void> {
  await onDisk(mkdir(dir, { recursive: true }));
}

/**
 * Writes a report into its folder: index.html and report.json, in the place of what was there under these names.
 *
 * @returns the path of the page
 * @throws MoodtapeError MT_FILE when the folder cannot be written.
 */
export async function writeReport(dir: string, report: Report): Promise<string> {
  const page = join(dir, 'index.html');
  await onDisk(writeFile(page, pageOf(report)));
  await onDisk(writeFile(join(dir, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`));
  return page;
}

async function onDisk(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw asMoodtapeError(error, 'MT_FILE');
  }
}
