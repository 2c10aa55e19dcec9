import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';

/** The page's files, which the build has put beside this one. */
export const pageFiles = serveStatic({ root: fileURLToPath(new URL('./page', import.meta.url)) });
