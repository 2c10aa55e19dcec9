// Lets @tensorflow/tfjs-node be found in a folder that is none of its importer's:
//
//   node --import 'file:///.../tfjs-node-hook.mjs?from=file:///FOLDER/' PROGRAM
//
// Node loads this once in the program and once, for `resolve`, in the thread of its hooks.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const parentURL = new URL(import.meta.url).searchParams.get('from');

export const resolve = (specifier, context, next) =>
  next(specifier, specifier === '@tensorflow/tfjs-node' ? { ...context, parentURL } : context);

if (isMainThread) register(import.meta.url);
