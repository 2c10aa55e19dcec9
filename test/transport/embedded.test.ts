import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEmbeddedTransport } from '../../src/transport/embedded/transport.js';
import { transportConformance } from '../conformance/transport.js';

const folder = mkdtempSync(join(tmpdir(), 'moodtape-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

transportConformance('embedded', async () => openEmbeddedTransport(folder));
