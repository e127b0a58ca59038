// Parses the head of a GGUF file: metadata and tensor table. Specification: ggml/docs/gguf.md.
// Every count is checked against the bytes that are left before anything is allocated for it. (@huggingface/gguf, whose
// types and writer we use, cuts strings silently where they cross the chunks that it reads.)
import { type GGMLQuantizationType, GGUFValueType, type MetadataValue } from '@huggingface/gguf';
import { InputError } from '../contracts/input-error.ts';
import { fileSize, readRange, refuseLfsPointer } from './tensor-file.ts';

export interface GgufTensorInfo {
  readonly name: string;
  /** Row-major: the reverse of the order in the file. */
  readonly shape: readonly number[];
  readonly type: GGMLQuantizationType;
  /** From the beginning of the file, in bytes. */
  readonly offset: number;
}

export interface GgufHeader {
  /** In the file's order. 64-bit integers are bigints. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly GgufTensorInfo[];
  /** Size of the file in bytes. */
  readonly size: number;
}

export const DEFAULT_ALIGNMENT = 32;

/** @throws InputError where the file is no GGUF of version 2 or 3, is cut off, or lies about its counts */
export function readGgufHeader(path: string): GgufHeader {
  const cursor = new Cursor(path);
  const magic = cursor.uint32('the magic number');
  if (magic !== MAGIC) throw cursor.error(`begins with ${hex(magic)}, expected the GGUF magic number ${hex(MAGIC)}`);
  const version = cursor.uint32('the version');
  if (version !== 2 && version !== 3) throw cursor.error(`has GGUF version ${version}, expected 2 or 3, little-endian`);
  const tensorCount = cursor.count('tensors', SMALLEST_TENSOR_INFO);
  const metadata = readMetadata(cursor, cursor.count('metadata keys', SMALLEST_KEY_VALUE));
  const alignment = alignmentOf(metadata, cursor);
  const relative = Array.from({ length: tensorCount }, () => readTensorInfo(cursor, alignment));
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = relative.map((info) => ({ ...info, offset: dataStart + info.offset }));
  return { metadata, tensors, size: cursor.size };
}

/** "GGUF", read as a little-endian integer. */
const MAGIC = 0x46554747;
/** Bytes: a name's length, the number of dimensions, the type and the offset. */
const SMALLEST_TENSOR_INFO = 8 + 4 + 4 + 8;
/** Bytes: a key's length, the value's type, and a value of one byte. */
const SMALLEST_KEY_VALUE = 8 + 4 + 1;
const MOST_DIMENSIONS = 4;
const DEEPEST_ARRAY = 4;
/** Far above any vocabulary, far below what would exhaust memory. */
const LONGEST_ARRAY = 1 << 24;
const LONGEST_STRING = 1 << 28;

function readMetadata(cursor: Cursor, count: number): ReadonlyMap<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < count; i++) {
    const key = cursor.string(`metadata key ${i}`);
    if (metadata.has(key)) throw cursor.error(`has the metadata key '${key}' twice`);
    metadata.set(key, readValue(cursor, cursor.uint32(key), key, 0));
  }
  return metadata;
}

function readValue(cursor: Cursor, type: number, key: string, depth: number): MetadataValue {
  switch (type) {
    case GGUFValueType.STRING:
      return cursor.string(key);
    case GGUFValueType.ARRAY:
      return readArray(cursor, key, depth);
    default:
      return cursor.scalar(type, key);
  }
}

function readArray(cursor: Cursor, key: string, depth: number): MetadataValue[] {
  if (depth >= DEEPEST_ARRAY) throw cursor.error(`nests arrays deeper than ${DEEPEST_ARRAY} at '${key}'`);
  const type = cursor.uint32(key);
  const count = cursor.count(`elements of '${key}'`, smallestValue(type));
  if (count > LONGEST_ARRAY) throw cursor.error(`has ${count} elements at '${key}', expected ${LONGEST_ARRAY} at most`);
  const values: MetadataValue[] = [];
  for (let i = 0; i < count; i++) values.push(readValue(cursor, type, key, depth + 1));
  return values;
}

function readTensorInfo(cursor: Cursor, alignment: number): GgufTensorInfo {
  const name = cursor.string('a tensor name');
  const dimensions = cursor.uint32(`tensor '${name}'`);
  if (dimensions > MOST_DIMENSIONS)
    throw cursor.error(`tensor '${name}' has ${dimensions} dimensions, expected ${MOST_DIMENSIONS} at most`);
  const shape = Array.from({ length: dimensions }, () =>
    cursor.safeUint64(`a dimension of tensor '${name}'`),
  ).reverse();
  if (shape.includes(0)) throw cursor.error(`tensor '${name}' has shape [${shape.join(', ')}], expected no 0`);
  const type = cursor.uint32(`tensor '${name}'`);
  const offset = cursor.safeUint64(`the offset of tensor '${name}'`);
  if (offset % alignment !== 0)
    throw cursor.error(`tensor '${name}' has offset ${offset}, expected a multiple of ${alignment}`);
  return { name, shape, type, offset };
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>, cursor: Cursor): number {
  const alignment = Number(metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  if (Number.isSafeInteger(alignment) && alignment >= 8 && alignment % 8 === 0) return alignment;
  throw cursor.error(`has general.alignment ${alignment}, expected a multiple of 8`);
}

const SCALARS: Readonly<
  Partial<Record<GGUFValueType, readonly [bytes: number, read: (view: DataView, at: number) => MetadataValue]>>
> = {
  [GGUFValueType.UINT8]: [1, (view, at) => view.getUint8(at)],
  [GGUFValueType.INT8]: [1, (view, at) => view.getInt8(at)],
  [GGUFValueType.UINT16]: [2, (view, at) => view.getUint16(at, true)],
  [GGUFValueType.INT16]: [2, (view, at) => view.getInt16(at, true)],
  [GGUFValueType.UINT32]: [4, (view, at) => view.getUint32(at, true)],
  [GGUFValueType.INT32]: [4, (view, at) => view.getInt32(at, true)],
  [GGUFValueType.FLOAT32]: [4, (view, at) => view.getFloat32(at, true)],
  [GGUFValueType.BOOL]: [1, (view, at) => view.getUint8(at) !== 0],
  [GGUFValueType.UINT64]: [8, (view, at) => view.getBigUint64(at, true)],
  [GGUFValueType.INT64]: [8, (view, at) => view.getBigInt64(at, true)],
  [GGUFValueType.FLOAT64]: [8, (view, at) => view.getFloat64(at, true)],
};

function smallestValue(type: number): number {
  if (type === GGUFValueType.STRING) return 8;
  if (type === GGUFValueType.ARRAY) return 12;
  return SCALARS[type as GGUFValueType]?.[0] ?? 1;
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}

/** A U+FEFF at the beginning of a string is its first letter: vocabularies have it as a piece. */
const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes read ahead: one read covers most heads. */
const CHUNK = 1 << 20;

/** Reads values one after the other, never beyond the end of the file. */
class Cursor {
  readonly size: number;
  position = 0;
  private window = new DataView(new ArrayBuffer(0));
  private windowStart = 0;

  constructor(private readonly path: string) {
    refuseLfsPointer(path);
    this.size = fileSize(path);
  }

  error(message: string): InputError {
    return new InputError(`${this.path}: ${message}`);
  }

  uint32(what: string): number {
    const at = this.take(4, what);
    return this.window.getUint32(at, true);
  }

  safeUint64(what: string): number {
    const at = this.take(8, what);
    const value = this.window.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.error(`has ${value} as ${what}, which no file can hold`);
    return Number(value);
  }

  /** A number of things of which each takes at least `smallest` bytes of what is left of the file. */
  count(what: string, smallest: number): number {
    const count = this.safeUint64(`the number of ${what}`);
    const left = this.size - this.position;
    if (count * smallest > left)
      throw this.error(`announces ${count} ${what}, ${smallest} bytes or more each, but only ${left} bytes are left`);
    return count;
  }

  string(what: string): string {
    const length = this.count(`characters of ${what}`, 1);
    if (length > LONGEST_STRING)
      throw this.error(`has a string of ${length} bytes as ${what}, expected ${LONGEST_STRING} at most`);
    const at = this.take(length, what);
    return UTF_8.decode(new Uint8Array(this.window.buffer, at, length));
  }

  scalar(type: number, what: string): MetadataValue {
    const scalar = SCALARS[type as GGUFValueType];
    if (scalar === undefined) throw this.error(`has the unknown value type ${type} at '${what}'`);
    const [bytes, read] = scalar;
    const at = this.take(bytes, what);
    return read(this.window, at);
  }

  /** Moves on by `length` bytes; where in the window they begin. */
  private take(length: number, what: string): number {
    const left = this.size - this.position;
    if (length > left) throw this.error(`ends at byte ${this.size}, within ${what}; the file is cut off`);
    if (this.position + length > this.windowStart + this.window.byteLength) {
      const ahead = Math.min(Math.max(length, CHUNK), left);
      this.window = new DataView(readRange(this.path, this.position, ahead).buffer);
      this.windowStart = this.position;
    }
    const at = this.position - this.windowStart;
    this.position += length;
    return at;
  }
}
