import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, download } from './download.js';
import { TFJS_NODE_VERSION } from './tfjs-node.js';

const PACKAGES = [`@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`, 'node-api-headers@1.5.0'];
const NPM_INSTALL = 'install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error'.split(
  ' ',
);
/** TensorFlow for Linux on x86-64; for which Python is all the same to its C API. */
const WHEEL: Archive = {
  url: `https://files.pythonhosted.org/packages/5b/00/af89cb211fc96ffdebb52a687dad7f83b0b1d82bc057f65309fa03a89911/${[
    'tensorflow_cpu-2.15.1-cp311-cp311',
    'manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  ].join('-')}`,
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
};
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** Makes a folder whose node_modules hold tfjs-node, with the library and the addon that its install script would download. */
export async function installTfjsNode(folder: string): Promise<void> {
  run('npm', [...NPM_INSTALL, '--prefix', folder, ...PACKAGES]);
  const modules = join(folder, 'node_modules');
  const tfjsNode = join(modules, '@tensorflow/tfjs-node');
  const [wheel, deps] = [join(folder, 'wheel.zip'), join(tfjsNode, 'deps')];
  await download(WHEEL, wheel);
  const parts = ['libtensorflow_*', 'include/tensorflow/*', 'include/tsl/*'].map(
    (part) => `tensorflow/${part}`,
  );
  run('unzip', ['-q', wheel, ...parts, '-d', deps]);
  const tensorflow = join(deps, 'tensorflow');
  const headers = [join(tensorflow, 'include'), join(modules, 'node-api-headers')];
  compileAddon(tfjsNode, tensorflow, join(modules, 'node-api-headers/include'));
  run(
    'strip',
    LIBRARIES.map((name) => join(tensorflow, name)),
  );
  // Without copies of its own it takes the project's, two folders up, as where npm installs it: there must be one engine.
  const own = ['tfjs-core', 'tfjs-backend-cpu'].map((name) => join(modules, '@tensorflow', name));
  const maps = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.map'),
  );
  for (const path of [wheel, ...headers, ...own, ...maps.map((file) => join(modules, file))]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/** To where tfjs-node looks for it. Node's N-API is the same in all versions of Node. */
function compileAddon(tfjsNode: string, tensorflow: string, nodeHeaders: string): void {
  const out = join(tfjsNode, 'lib/napi-v8');
  mkdirSync(out, { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name));
  run('g++', [
    ...[
      '-std=c++17',
      '-O2',
      '-w',
      '-fPIC',
      '-shared',
      '-DNAPI_VERSION=8',
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    ],
    ...[`-I${join(tensorflow, 'include')}`, `-I${nodeHeaders}`, ...sources],
    ...LIBRARIES.map((name) => join(tensorflow, name)),
    ...['-Wl,-rpath,$ORIGIN/../../deps/tensorflow', '-o', join(out, 'tfjs_binding.node')],
  ]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'inherit' });
}
