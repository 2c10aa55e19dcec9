#!/usr/bin/env node
import { report } from './failure.js';
import { createProgram } from './program.js';
import { expectBrokenPipes } from './signals.js';

expectBrokenPipes();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
