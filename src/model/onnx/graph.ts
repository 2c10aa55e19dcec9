import { toFloat16 } from '../float16.js';
import type { Parameter } from '../parameters.js';
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  DATA_TYPE,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto.js';

/** A tensor that flows through the graph. */
export interface Value {
  readonly name: string;
}

export type ElementType = keyof typeof DATA_TYPE;
export type FloatType = 'float32' | 'float16';
/** Halves are the bits of a Uint16Array. */
export type TensorData = Float32Array | Uint16Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;
export type Attributes = Readonly<Record<string, Attribute>>;
/** Numbers are integer attributes; `float` marks the others. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
/** A name stands for a size that is known only at run time. */
export type Dimension = number | string;

const OPSET = 20;
const IR_VERSION = 9;
/** Operators of ONNX Runtime: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
const CONTRIB = 'com.microsoft';

/** Builds an ONNX model node by node. */
export class OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return { name };
  }

  output(value: Value, name: string, type: ElementType, shape: readonly Dimension[]): void {
    this.#add('Identity', '', [value], {}, [name]);
    this.#outputs.push(valueInfo(name, type, shape));
  }

  constant(shape: readonly number[], data: TensorData): Value {
    const name = `constant_${this.#constants.length}`;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, dataType: DATA_TYPE[elementTypeOf(data)], dims: shape, rawData });
    return { name };
  }

  parameter({ shape, data }: Parameter, type: FloatType = 'float32'): Value {
    return this.constant(shape, type === 'float16' ? toFloat16(data) : data);
  }

  scalar(value: number, type: FloatType = 'float32'): Value {
    return this.parameter({ shape: [], data: Float32Array.of(value) }, type);
  }

  int(value: number): Value {
    return this.constant([], BigInt64Array.of(BigInt(value)));
  }

  /** A vector of int64: shapes, axes, indices. */
  ints(...values: readonly number[]): Value {
    return this.constant([values.length], BigInt64Array.from(values, BigInt));
  }

  /** A standard operator with one output. An undefined input is one that is left out. */
  op(type: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    const name = this.#nextName(type);
    this.#add(type, '', inputs, attributes, [name]);
    return { name };
  }

  /** A standard operator with `count` outputs. */
  ops(type: string, inputs: readonly Value[], attributes: Attributes, count: number): Value[] {
    const name = this.#nextName(type);
    const outputs = Array.from({ length: count }, (_, i) => `${name}_${i}`);
    this.#add(type, '', inputs, attributes, outputs);
    return outputs.map((output) => ({ name: output }));
  }

  /** An operator of ONNX Runtime's own, with one output. */
  contrib(type: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    const name = this.#nextName(type);
    this.#add(type, CONTRIB, inputs, attributes, [name]);
    return { name };
  }

  add = (a: Value, b: Value) => this.op('Add', [a, b]);
  mul = (a: Value, b: Value) => this.op('Mul', [a, b]);
  div = (a: Value, b: Value) => this.op('Div', [a, b]);
  sub = (a: Value, b: Value) => this.op('Sub', [a, b]);
  matMul = (a: Value, b: Value) => this.op('MatMul', [a, b]);
  softmax = (x: Value) => this.op('Softmax', [x], { axis: -1 });
  gather = (x: Value, indices: Value, axis = 0) => this.op('Gather', [x, indices], { axis });
  unsqueeze = (x: Value, ...axes: number[]) => this.op('Unsqueeze', [x, this.ints(...axes)]);
  concat = (values: readonly Value[], axis: number) => this.op('Concat', values, { axis });
  /** Parts of `sizes` int64 [count] rows. */
  split = (x: Value, sizes: Value, count: number) => this.ops('Split', [x, sizes], { axis: 0 }, count);
  squeeze = (x: Value, axis: number) => this.op('Squeeze', [x, this.ints(axis)]);
  reshape = (x: Value, ...shape: number[]) => this.op('Reshape', [x, this.ints(...shape)]);
  transpose = (x: Value, ...perm: number[]) => this.op('Transpose', [x], { perm });
  cast = (x: Value, to: ElementType) => this.op('Cast', [x], { to: DATA_TYPE[to] });

  encode(): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'moodtape',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: CONTRIB, version: 1 },
      ],
      graph: {
        name: 'moodtape',
        node: this.#nodes,
        initializer: this.#constants,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  #nextName(type: string): string {
    return `${type}_${this.#nodes.length}`;
  }

  #add(
    opType: string,
    domain: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    output: readonly string[],
  ): void {
    this.#nodes.push({
      name: this.#nextName(opType),
      opType,
      domain,
      input: inputs.map((value) => value?.name ?? ''),
      output,
      attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
    });
  }
}

function attributeOf(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}

function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint16Array) return 'float16';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[type], shape: { dim } } } };
}
