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
    return this.g.parameter(this.parameter(name));
  }

  /** x · `<name>.weight` + `<name>.bias`, in float32 in every precision: for the few weights of router and head. */
  linear(name: string, x: Value): Value {
    return this.g.add(this.g.matMul(x, this.constant(`${name}.weight`)), this.constant(`${name}.bias`));
  }

  /** `x` normalised over its last axis. */
  layerNorm(name: string, x: Value, epsilon: number): Value {
    const inputs = [x, this.constant(`${name}.gain`), this.constant(`${name}.bias`)];
    return this.g.op('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
  }
}
