import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { TestProject } from 'vitest/node';
import { INSTALLABLES, SERVICE_NAMES, type ServiceAddresses, startServices } from './services.js';

declare module 'vitest' {
  export interface ProvidedContext {
    services: ServiceAddresses;
  }
}

/** Starts, once a run, the services that the run's test files share, and names the files that lack one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const files = await Promise.all(
    project.vitest.state.getPaths().map(async (path) => ({ path, text: await readFile(path, 'utf8') })),
  );
  const callers = (helper: RegExp) =>
    files.filter(({ text }) => helper.test(text)).map(({ path }) => relative(project.config.root, path));
  for (const [name, { find, install }] of Object.entries(INSTALLABLES)) {
    const users = callers(RegExp(`\\bdescribeWith(Own)?${name}\\(`));
    if (users.length === 0 || find()) continue;
    console.warn(`${name} is not installed (${install}): tests cannot run in ${users.join(', ')}`);
  }
  const shared = SERVICE_NAMES.filter((name) => callers(RegExp(`\\bdescribeWith${name}\\(`)).length > 0);
  const services = await startServices(shared);
  project.provide('services', services.addresses);
  return services.stop;
}
