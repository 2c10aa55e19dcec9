import { MoodtapeError } from '../../errors.js';
import type { OnnxGraph, Value } from '../onnx/graph.js';
import { type Parameter, type Parameters, parameterShapes } from '../parameters.js';
import type { ModelSpec } from '../spec.js';
import type { Arithmetic } from './arithmetic.js';

/** What every part of the model's graph needs to write itself. */
export class GraphContext {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(
    readonly g: OnnxGraph,
    readonly spec: ModelSpec,
    readonly arithmetic: Arithmetic,
    readonly parameters: Parameters,
  ) {
    this.#shapes = parameterShapes(spec);
  }

  /** @throws MoodtapeError MT_BUNDLE when the parameter is missing or has another shape than the spec says. */
  parameter(name: string): Parameter {
    const expected = this.#shapes.get(name)?.join(', ');
    const parameter = this.parameters.get(name);
    if (parameter === undefined) throw new MoodtapeError('MT_BUNDLE', `the weights lack ${name}`);
    const shape = parameter.shape.join(', ');
    if (shape !== expected) {
      throw new MoodtapeError('MT_BUNDLE', `${name} is [${shape}], the model needs [${expected}]`);
    }
    return parameter;
  }

  constant(name: string): Value {
    const { shape, data } = this.parameter(name);
    return this.g.constant(shape, data);
  }

  /** The linear map `<name>.weight`, `<name>.bias`. */
  linear(name: string, x: Value): Value {
    return this.arithmetic.linear(
      this.g,
      x,
      this.parameter(`${name}.weight`),
      this.parameter(`${name}.bias`),
    );
  }
}
