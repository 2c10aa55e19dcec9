import type { Parameter } from './parameters.js';

export function scaled(parameter: Parameter, by: number): Parameter {
  return { shape: parameter.shape, data: parameter.data.map((value) => value * by) };
}

export function transposed({ shape: [height = 0, width = 0], data }: Parameter): Parameter {
  const result = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      result[column * height + row] = data[row * width + column] ?? 0;
    }
  }
  return { shape: [width, height], data: result };
}
