import { isUtf8 } from 'node:buffer';
import avsc from 'avsc';
import { MoodtapeError } from '../errors.js';

/**
 * Checks that a body is as long as it says it is, before anything is allocated for it: avsc believes an array that
 * claims two billion elements, reads on past the end, and goes back when a block has a negative size. Strings must be
 * UTF-8, which avsc does not check either. The time that it takes is bounded by the length of the body, whatever
 * schema somebody has registered.
 *
 * @param schema that the body was written with
 * @throws MoodtapeError MT_AVRO or MT_ENCODING
 */
export function checkBody(schema: avsc.Type, body: Buffer): void {
  const cursor = new Cursor(body);
  skip(schema, cursor);
  if (cursor.left > 0) throw broken(`${cursor.left} bytes follow the record`);
}

function skip(type: avsc.Type, cursor: Cursor): void {
  cursor.step();
  if (type instanceof avsc.types.RecordType) {
    for (const field of type.fields) skip(field.type, cursor);
  } else if (type instanceof avsc.types.ArrayType) {
    skipBlocks(cursor, () => skip(type.itemsType, cursor));
  } else if (type instanceof avsc.types.MapType) {
    skipBlocks(cursor, () => {
      skipString(cursor);
      skip(type.valuesType, cursor);
    });
  } else if (type instanceof avsc.types.UnwrappedUnionType || type instanceof avsc.types.WrappedUnionType) {
    const branch = type.types[cursor.long()];
    if (branch === undefined) throw broken('a union has no such branch');
    skip(branch, cursor);
  } else if (type instanceof avsc.types.LogicalType) {
    skip(type.underlyingType, cursor);
  } else if (type instanceof avsc.types.FixedType) {
    cursor.take(type.size);
  } else {
    skipPrimitive(type.typeName, cursor);
  }
}

function skipPrimitive(name: string, cursor: Cursor): void {
  switch (name) {
    case 'null':
      return;
    case 'boolean':
      if ((cursor.take(1)[0] ?? 0) > 1) throw broken('a boolean is neither 0 nor 1');
      return;
    case 'int':
    case 'long':
    case 'enum':
      cursor.long();
      return;
    case 'float':
      cursor.take(4);
      return;
    case 'double':
      cursor.take(8);
      return;
    case 'bytes':
      cursor.take(cursor.long());
      return;
    case 'string':
      skipString(cursor);
      return;
    default:
      throw broken(`type ${name} is unknown`);
  }
}

function skipString(cursor: Cursor): void {
  if (!isUtf8(cursor.take(cursor.long())))
    throw new MoodtapeError('MT_ENCODING', 'a string is not valid UTF-8');
}

/** Blocks of an array or a map: a count, for a negative one the bytes of the block, and the items; zero ends them. */
function skipBlocks(cursor: Cursor, skipItem: () => void): void {
  for (let count = cursor.long(); count !== 0; count = cursor.long()) {
    const size = count < 0 ? cursor.long() : undefined;
    const items = Math.abs(count);
    const { left } = cursor;
    // No item of our schemas takes less than a byte.
    if (items > left) throw broken(`${items} items are announced, and ${left} bytes are left`);
    for (let i = 0; i < items; i++) skipItem();
    const taken = left - cursor.left;
    if (size !== undefined && size !== taken) throw broken(`a block of ${taken} bytes claims ${size}`);
  }
}

/** Values of no bytes, such as records of nulls, that a record may have however short it is, and for each of its bytes. */
const FREE_STEPS = 16_384;
const STEPS_A_BYTE = 16;

class Cursor {
  #position = 0;
  #steps: number;

  constructor(private readonly bytes: Buffer) {
    this.#steps = FREE_STEPS + STEPS_A_BYTE * bytes.length;
  }

  get left(): number {
    return this.bytes.length - this.#position;
  }

  /** Counts a value. */
  step(): void {
    if (this.#steps-- === 0) throw broken('the record has more values than its length allows');
  }

  take(length: number): Buffer {
    if (!(length >= 0 && length <= this.left))
      throw broken(`${length} bytes are announced, and ${this.left} are left`);
    this.#position += length;
    return this.bytes.subarray(this.#position - length, this.#position);
  }

  /** A variable-length zigzag integer; beyond 2^53 only roughly right. */
  long(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.#position++];
      if (byte === undefined) throw broken('the record ends too early');
      if (scale > 2 ** 63) throw broken('an integer has more than 64 bits');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }
}

function broken(reason: string): MoodtapeError {
  return new MoodtapeError('MT_AVRO', reason);
}
