#!/usr/bin/env node
import { report } from './failure.js';
import { createProgram } from './program.js';
import { endQuietlyOnBrokenPipe } from './signals.js';

endQuietlyOnBrokenPipe();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
