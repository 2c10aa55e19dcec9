import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Precision } from '../model/graph.js';

/** Something that models can run on. */
export interface Device {
  /** ONNX Runtime's name of it, and ours in settings. */
  readonly name: string;
  /** The arithmetics that it is made for, the fastest first. */
  readonly precisions: readonly [Precision, ...Precision[]];
  /** Whether it is worth a trial, as far as files tell. */
  isThere(): boolean;
  /** Numbers of workers worth a measurement, the likeliest first, of a model whose weights are so many bytes. */
  workers(weightBytes: number): readonly number[];
  /** Threads of each of so many workers. */
  threads(workers: number): number;
  /** What it takes to run models there. */
  readonly needs: string;
}

/** Threads of one worker wait for each other at every operator, workers never; but each has its own weights. */
const MOST_WORKERS = 16;
/** What the weights of all workers may take together. */
const MOST_BYTES = 2 ** 31;
/** More of them differ by a few percent, and measuring takes time. */
const MOST_DIVISIONS = 3;

const CPU: Device = {
  name: 'cpu',
  precisions: ['int8', 'fp32'],
  isThere: () => true,
  workers(weightBytes) {
    const most = Math.min(availableParallelism(), MOST_WORKERS, Math.floor(MOST_BYTES / weightBytes));
    const halves = Array.from({ length: MOST_DIVISIONS }, (_, n) => Math.floor(most / 2 ** n));
    return [...new Set(halves.map((workers) => Math.max(1, workers)))];
  },
  threads: (workers) => Math.max(1, Math.floor(availableParallelism() / workers)),
  needs: 'it needs a processor and a system that onnxruntime-node has a library for',
};

/** The threads of a GPU are its own. While one worker's batch is computed, another hands over the next. */
export const CUDA: Device = {
  name: 'cuda',
  precisions: ['fp16', 'fp32'],
  isThere: () => existsSync(onnxRuntimeLibrary('libonnxruntime_providers_cuda.so')),
  workers: () => [2, 1, 4],
  threads: () => 1,
  needs:
    'it needs an NVIDIA GPU with its driver, CUDA 12, cuDNN 9, and what ' +
    '`node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12` fetches',
};

/** All its sessions share one queue: a second worker would wait. */
const WEBGPU: Device = {
  name: 'webgpu',
  precisions: ['fp16', 'fp32'],
  isThere: () => process.platform !== 'linux' || readdirSync('/dev').some((name) => LINUX_GPU.test(name)),
  workers: () => [1],
  threads: () => 1,
  needs:
    'it needs a GPU with a driver for Vulkan (and its loader, libvulkan1), Metal or Direct3D 12, and one that computes ' +
    'in half precision unless `precision` is fp32',
};
const LINUX_GPU = /^(dri|dxg|nvidia\d+)$/;

/**
 * In the order in which they are tried. WebGPU comes last: in ONNX Runtime it is an experiment, and what it finds may be
 * a GPU that is slower than the processor beside it. So it is taken when it was measured to be the fastest, or named.
 */
export const DEVICES: readonly Device[] = [CUDA, CPU, WEBGPU];

function onnxRuntimeLibrary(file: string): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch, file);
}
