import util from 'node:util';

/**
 * Gives `node:util` back two functions that Node 23 took out of it: tfjs-node and tfjs-node-gpu 4.22 call them in every
 * operator. Before Node 23 it spares the user their warnings.
 */
export function restoreNodeUtil(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
