import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, download } from './download.js';
import { TFJS_NODE_VERSION } from './tfjs-node.js';

const PACKAGES = [`@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`, 'node-api-headers@1.5.0'];
const NPM_INSTALL = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--loglevel=error'];
/** TensorFlow for Linux on x86-64; for which Python is all the same to its C API. */
const FILES = 'https://files.pythonhosted.org/packages/5b/00';
const PLATFORM = 'manylinux_2_17_x86_64.manylinux2014_x86_64';
const WHEEL: Archive = {
  url: `${FILES}/af89cb211fc96ffdebb52a687dad7f83b0b1d82bc057f65309fa03a89911/tensorflow_cpu-2.15.1-cp311-cp311-${PLATFORM}.whl`,
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
};
const WANTED = ['libtensorflow_*', 'include/tensorflow/*', 'include/tsl/*'];
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const COMPILE = '-std=c++17 -O2 -w -fPIC -shared -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding'.split(
  ' ',
);

/** Makes a folder whose node_modules hold tfjs-node, with the library and the addon that its install script would download. */
export async function installTfjsNode(folder: string): Promise<void> {
  run('npm', [...NPM_INSTALL, '--prefix', folder, ...PACKAGES]);
  const modules = join(folder, 'node_modules');
  const tfjsNode = join(modules, '@tensorflow/tfjs-node');
  const [wheel, deps] = [join(folder, 'wheel.zip'), join(tfjsNode, 'deps')];
  await download(WHEEL, wheel);
  run('unzip', ['-q', wheel, ...WANTED.map((part) => `tensorflow/${part}`), '-d', deps]);
  const tensorflow = join(deps, 'tensorflow');
  const libraries = LIBRARIES.map((name) => join(tensorflow, name));
  const [headers, nodeHeaders] = [join(tensorflow, 'include'), join(modules, 'node-api-headers')];
  compileAddon(tfjsNode, [headers, join(nodeHeaders, 'include')], libraries);
  run('strip', libraries);
  // Without copies of its own it takes the project's, two folders up, as where npm installs it: there must be one engine.
  const copies = ['tfjs-core', 'tfjs-backend-cpu'].map((name) => join(modules, '@tensorflow', name));
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' });
  const sourceMaps = files.filter((file) => file.endsWith('.map')).map((file) => join(modules, file));
  for (const path of [wheel, headers, nodeHeaders, ...copies, ...sourceMaps]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/** To where tfjs-node looks for it. Node-API is the same in all versions of Node. */
function compileAddon(tfjsNode: string, headers: readonly string[], libraries: readonly string[]): void {
  const out = join(tfjsNode, 'lib/napi-v8');
  mkdirSync(out, { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name));
  const link = [...libraries, '-Wl,-rpath,$ORIGIN/../../deps/tensorflow'];
  const include = headers.map((path) => `-I${path}`);
  run('g++', [...COMPILE, ...include, ...sources, ...link, '-o', join(out, 'tfjs_binding.node')]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'inherit' });
}
