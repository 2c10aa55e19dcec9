import { MoodtapeError } from '../../errors.js';
import type { OnnxGraph, Value } from '../onnx/graph.js';
import { type Parameter, type Parameters, parameterShapes } from '../parameters.js';
import type { ModelSpec } from '../spec.js';
import { type Arithmetic, fp32, type Operand } from './arithmetic.js';

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

  /** The same graph, from other weights. */
  withParameters(parameters: Parameters): GraphContext {
    return new GraphContext(this.g, this.spec, this.arithmetic, parameters);
  }

  /** The same graph in float32: for the few weights of router and head. */
  inFloat32(): GraphContext {
    return new GraphContext(this.g, this.spec, fp32, this.parameters);
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

  /** x [rows, in], ready for products. */
  operand(x: Value): Operand {
    return this.arithmetic.operand(this.g, x);
  }

  /** A parameter in the type of the hidden states, as all below. */
  constant(name: string): Value {
    return this.g.parameter(this.parameter(name), this.arithmetic.type);
  }

  scalar(value: number): Value {
    return this.g.scalar(value, this.arithmetic.type);
  }

  /** `x` normalised over its last axis; the operator itself sums in float32. */
  layerNorm(name: string, x: Value, epsilon: number): Value {
    const inputs = [x, this.constant(`${name}.gain`), this.constant(`${name}.bias`)];
    return this.g.op('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
  }

  toFloat32(x: Value): Value {
    return this.arithmetic.type === 'float32' ? x : this.g.cast(x, 'float32');
  }

  fromFloat32(x: Value): Value {
    return this.arithmetic.type === 'float32' ? x : this.g.cast(x, this.arithmetic.type);
  }
}
