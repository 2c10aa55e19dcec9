import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Parameters } from '../../src/model/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.js';

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const parameter = shape.chain((dimensions) => {
  const size = dimensions.reduce((product, n) => product * n, 1);
  const values = fc.array(fc.float({ min: -60000, max: 60000, noNaN: true }), {
    minLength: size,
    maxLength: size,
  });
  return values.map((data) => ({ shape: dimensions, data: Float32Array.from(data) }));
});
const parameters = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), parameter), {
    selector: ([name]) => name,
    maxLength: 5,
  })
  .map((entries): Parameters => new Map(entries.filter(([name]) => !name.startsWith('__'))));

const sample: Parameters = new Map([
  ['b', { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0.1) }],
  ['a', { shape: [3], data: Float32Array.of(0, 1e-7, -65504) }],
]);

function withHeader(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

test('F32 keeps every value, and F16 what is left after one rounding', () => {
  fc.assert(
    fc.property(parameters, (original) => {
      expect(decodeSafetensors(encodeSafetensors(original, 'F32'))).toEqual(original);
      const once = encodeSafetensors(original, 'F16');
      expect(encodeSafetensors(decodeSafetensors(once), 'F16')).toEqual(once);
    }),
  );
});

test('equal weights give equal bytes, in whatever order they came', () => {
  const reversed = new Map([...sample].reverse());
  expect(encodeSafetensors(reversed, 'F32')).toEqual(encodeSafetensors(sample, 'F32'));
});

test('a file that starts at an odd address is read', () => {
  const bytes = encodeSafetensors(sample, 'F32');
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeSafetensors(shifted.subarray(1))).toEqual(decodeSafetensors(bytes));
});

test('a tensor without values is read, also where the header names it after the one behind it', () => {
  // JavaScript puts names that are numbers first.
  const original: Parameters = new Map([
    ['!', { shape: [0], data: new Float32Array(0) }],
    ['1', { shape: [1], data: Float32Array.of(7) }],
  ]);
  expect(decodeSafetensors(encodeSafetensors(original, 'F32'))).toEqual(original);
});

test('tensors that are not floats are left out', () => {
  const header = {
    __metadata__: { format: 'pt' },
    position_ids: { dtype: 'I64', shape: [2], data_offsets: [0, 16] },
    weight: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
  };
  expect([...decodeSafetensors(withHeader(header, 20)).keys()]).toEqual(['weight']);
});

test('a file cut short anywhere is refused', () => {
  const bytes = encodeSafetensors(sample, 'F32');
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(/safetensors|describes/);
  }
});

const tensor = (over: object) => ({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });
test.each([
  ['a length beyond the file', Buffer.from('ffffffffffffff7f7b7d', 'hex'), /header claims/],
  ['no JSON', withHeader('{"w":', 0), /not a JSON object/],
  ['a list', withHeader([], 0), /not a JSON object/],
  [
    'invalid UTF-8',
    Buffer.concat([withHeader('', 0).map((b, i) => (i === 0 ? 1 : b)), Buffer.of(0xff)]),
    /JSON/,
  ],
  ['no offsets', withHeader(tensor({ data_offsets: undefined }), 8), /not described/],
  ['negative offsets', withHeader(tensor({ data_offsets: [-8, 0] }), 8), /not described/],
  ['a shape larger than its bytes', withHeader(tensor({ shape: [1e9, 1e9] }), 8), /does not fill/],
  ['an end before its start', withHeader(tensor({ data_offsets: [8, 0] }), 8), /does not fill/],
  ['bytes beyond the file', withHeader(tensor({}), 4), /describes 8 bytes/],
  ['bytes that no tensor owns', withHeader(tensor({}), 12), /describes 8 bytes/],
  ['two tensors on the same bytes', withHeader({ ...tensor({}), v: tensor({}).w }, 8), /does not start/],
  ['an unknown type', withHeader(tensor({ dtype: 'Q4' }), 8), /unknown type Q4/],
])('a header with %s is refused', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes)).toThrow(message);
});

test('random damage to the header gives an error or other tensors, never a crash', () => {
  const bytes = encodeSafetensors(sample, 'F32');
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      try {
        decodeSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).toMatch(/safetensors|tensor|header/);
      }
    }),
  );
});

test.each([
  ['F16', 70000],
  ['F16', Number.NaN],
  ['F32', Number.POSITIVE_INFINITY],
] as const)('%s refuses to store %d', (dtype, number) => {
  const broken: Parameters = new Map([['w', { shape: [1], data: Float32Array.of(number) }]]);
  expect(() => encodeSafetensors(broken, dtype)).toThrow(
    `parameter w holds a value that ${dtype} cannot store`,
  );
});
