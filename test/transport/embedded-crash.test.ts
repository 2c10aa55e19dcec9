import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { crashTests } from './crash.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

crashTests('the embedded log', async () => ({ kind: 'embedded', folder }));
