import { z } from 'zod';
import { FLOAT16_MAX, fromBfloat16, fromFloat16, toFloat16 } from './float16.js';
import type { Parameter, Parameters } from './parameters.js';

// The safetensors format: u64 header length, a JSON header of name → { dtype, shape, data_offsets }, then the data.
// https://github.com/huggingface/safetensors#format

export type StoredType = 'F32' | 'F16';

/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000;

const ELEMENT_BYTES: ReadonlyMap<string, number> = new Map([
  ['F64', 8],
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
  ['I64', 8],
  ['I32', 4],
  ['I16', 2],
  ['I8', 1],
  ['U8', 1],
  ['BOOL', 1],
]);

const size = z.number().int().nonnegative();
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const headerSchema = z.record(z.string(), z.unknown());

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the F32, F16 and BF16 tensors of a file as float32; tensors of other types are left out.
 *
 * @throws Error when the file is not safetensors: cut short, or a header that does not describe its data to the byte.
 */
export function decodeSafetensors(bytes: Uint8Array): Parameters {
  const { entries, data } = readHeader(bytes);
  const parameters = new Map<string, Parameter>();
  for (const { name, dtype, shape, start, end } of entries) {
    const values = decodeValues(dtype, data.subarray(start, end));
    if (values !== undefined) parameters.set(name, { shape, data: values });
  }
  return parameters;
}

/**
 * Writes parameters in the order of their names, so that equal weights give equal bytes.
 * F16 rounds to the nearest half; reading back gives exactly the rounded values.
 *
 * @throws Error when a value does not fit: not finite, or too large for F16.
 */
export function encodeSafetensors(parameters: Parameters, dtype: StoredType): Uint8Array {
  const names = [...parameters.keys()].sort();
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of names) {
    const parameter = parameters.get(name);
    if (parameter === undefined) continue;
    const part = encodeValues(name, parameter.data, dtype);
    header[name] = { dtype, shape: parameter.shape, data_offsets: [offset, offset + part.length] };
    parts.push(part);
    offset += part.length;
  }
  return Buffer.concat([encodeHeader(header), ...parts]);
}

function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = JSON.stringify(header);
  const length = Math.ceil(Buffer.byteLength(json) / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  bytes.write(json, 8);
  return bytes;
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; data: Uint8Array } {
  if (bytes.length < 8) throw new Error('not a safetensors file: shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.length) {
    throw new Error(`not a safetensors file: its header claims ${length} bytes`);
  }
  const data = bytes.subarray(8 + length);
  // A tensor without values lies before the one that begins where it does.
  const entries = parseEntries(bytes.subarray(8, 8 + length)).sort(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  let covered = 0;
  for (const { name, start, end } of entries) {
    if (start !== covered) throw new Error(`tensor ${name} does not start where the one before it ends`);
    covered = end;
  }
  if (covered !== data.length) {
    throw new Error(`the header describes ${covered} bytes of data, the file has ${data.length}`);
  }
  return { entries, data };
}

function parseEntries(json: Uint8Array): Entry[] {
  const header = headerSchema.safeParse(parseJson(json));
  if (!header.success) throw new Error('not a safetensors file: its header is not a JSON object');
  return Object.entries(header.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value));
}

function parseEntry(name: string, value: unknown): Entry {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) throw new Error(`tensor ${name} is not described by dtype, shape and data_offsets`);
  const {
    dtype,
    shape,
    data_offsets: [start, end],
  } = entry.data;
  const bytes = ELEMENT_BYTES.get(dtype);
  if (bytes === undefined) throw new Error(`tensor ${name} has the unknown type ${dtype}`);
  if (end - start !== shape.reduce((product, n) => product * n, bytes)) {
    throw new Error(`tensor ${name} of shape [${shape.join(', ')}] does not fill its ${end - start} bytes`);
  }
  return { name, dtype, shape, start, end };
}

function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    return undefined;
  }
}

function decodeValues(dtype: string, bytes: Uint8Array): Float32Array | undefined {
  // The copy is aligned, and leaves the file's bytes free to go.
  const { buffer } = new Uint8Array(bytes);
  if (dtype === 'F32') return new Float32Array(buffer);
  if (dtype === 'F16') return fromFloat16(new Uint16Array(buffer));
  if (dtype === 'BF16') return fromBfloat16(new Uint16Array(buffer));
  return undefined;
}

function encodeValues(name: string, values: Float32Array, dtype: StoredType): Uint8Array {
  const largest = dtype === 'F16' ? FLOAT16_MAX : Number.MAX_VALUE;
  if (!values.every((value) => Math.abs(value) <= largest)) {
    throw new Error(`parameter ${name} holds a value that ${dtype} cannot store`);
  }
  const stored = dtype === 'F16' ? toFloat16(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
