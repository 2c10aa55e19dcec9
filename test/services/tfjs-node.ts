import { pathToFileURL } from 'node:url';
import { findFolder } from './installed.js';

// The native training backend as npm installs it, but for its install script, which downloads from elsewhere: TensorFlow's
// library comes out of PyPI's wheel (see install-tfjs-node.ts).

export const TFJS_NODE_VERSION = '4.22.0';
export const TFJS_NODE_FOLDER = `tfjs-node-${TFJS_NODE_VERSION}`;

/** The folder whose node_modules hold it, where it is installed. */
export function findTfjsNode(): string | undefined {
  return findFolder(TFJS_NODE_FOLDER);
}

/** The environment of a process, and of those that it starts, for which tfjs-node is among the project's dependencies. */
export function withTfjsNode(folder: string): { readonly NODE_OPTIONS: string } {
  const hook = new URL('tfjs-node-hook.mjs', import.meta.url);
  hook.searchParams.set('from', pathToFileURL(`${folder}/`).href);
  return { NODE_OPTIONS: `--import=${hook}` };
}
