import type { Parameter, Parameters } from '../model/parameters.js';
import { derive, normals } from './random.js';

/**
 * First values of new parameters: linear weights normal with deviation 0.02 as in BERT; adapters A normal with
 * deviation 1/√in and B zero, so that training starts at the model without adapters (LoRA, Hu et al. 2021); norms and
 * the router's temperature 1; biases 0.
 */
export function initialParameters(shapes: readonly [string, readonly number[]][], seed: number): Parameters {
  return new Map(
    shapes.map(([name, shape]): [string, Parameter] => [
      name,
      { shape, data: initialValues(name, shape, seed) },
    ]),
  );
}

function initialValues(name: string, shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const [from = 1] = shape;
  if (name.endsWith('.weight')) return normals(size, 0.02, derive(seed, name));
  if (name.endsWith('.adapter.a')) return normals(size, 1 / Math.sqrt(from), derive(seed, name));
  const ones = name.endsWith('.gain') || name === 'router.temperature';
  return new Float32Array(size).fill(ones ? 1 : 0);
}
