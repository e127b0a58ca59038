// What a file of weights offers whatever its format, and the reading of byte ranges that the formats share.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { PackedPrecision } from '../contracts/base-precision.ts';
import { InputError } from '../contracts/input-error.ts';
import type { PackedArrays } from '../tensor/index.ts';
import { bfloat16ToFloat, halfToFloat } from './half.ts';

/** Named arrays in a file. Shapes are row-major: a linear map's weight is [out, in]. */
export interface TensorFile {
  readonly path: string;
  /** In the file's order. */
  readonly names: readonly string[];
  /** @throws InputError where there is no such tensor */
  shape(name: string): readonly number[];
  /** The values, row-major, as 32-bit floats. @throws InputError where the tensor is missing, unreadable or not finite */
  read(name: string): Float32Array<ArrayBuffer>;
  /**
   * A matrix as it lies in the file, where that is the form in which a base of this precision is held; else undefined.
   * @throws InputError as `read`
   */
  readPacked?(name: string, precision: PackedPrecision): PackedArrays | undefined;
}

/** Bytes [offset, offset + length) of a file, in a buffer of their own. @throws InputError where the file is shorter */
export function readRange(path: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  return withFile(path, (descriptor) => {
    const bytes = new Uint8Array(length);
    fillWhole(descriptor, bytes, offset, path);
    return bytes;
  });
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** @throws InputError for what git leaves in the place of a large file that was not fetched */
export function refuseLfsPointer(path: string): void {
  if (fileSize(path) < LFS_POINTER.length) return;
  if (Buffer.from(readRange(path, 0, LFS_POINTER.length)).toString('latin1') !== LFS_POINTER) return;
  throw new InputError(`${path}: is a pointer of Git LFS, expected the file itself, which \`git lfs pull\` fetches`);
}

/** How values lie in a file: in blocks, one after the other. */
export interface Encoding {
  /** Values a block. */
  readonly values: number;
  /** Bytes a block. */
  readonly bytes: number;
  /**
   * @param bytes a whole number of blocks, at a multiple of 4 in their buffer
   * @param values takes the values of those blocks
   */
  decode(bytes: Uint8Array<ArrayBuffer>, values: Float32Array<ArrayBuffer>): void;
}

export const F32: Encoding = { values: 1, bytes: 4, decode: (bytes, values) => bytesOf(values).set(bytes) };
export const F16: Encoding = { values: 1, bytes: 2, decode: (bytes, values) => halfToFloat(words(bytes), values) };
export const BF16: Encoding = { values: 1, bytes: 2, decode: (bytes, values) => bfloat16ToFloat(words(bytes), values) };

/** Bytes that are read and converted at a time: what is held beside the values themselves. */
const PIECE = 1 << 20;

/**
 * `count` values from byte `offset` on, `count` a whole number of blocks. Holds the values and one piece of the file.
 * @throws InputError where the file is shorter
 */
export function readValues(path: string, offset: number, count: number, encoding: Encoding): Float32Array<ArrayBuffer> {
  return withFile(path, (descriptor) => {
    const values = new Float32Array(count);
    const blocks = Math.min(Math.max(1, Math.floor(PIECE / encoding.bytes)), count / encoding.values);
    const piece = new Uint8Array(blocks * encoding.bytes);
    for (let done = 0, at = offset; done < count; ) {
      const some = Math.min(blocks * encoding.values, count - done);
      const bytes = piece.subarray(0, (some / encoding.values) * encoding.bytes);
      fillWhole(descriptor, bytes, at, path);
      encoding.decode(bytes, values.subarray(done, done + some));
      done += some;
      at += bytes.length;
    }
    return values;
  });
}

function bytesOf(values: Float32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function words(bytes: Uint8Array<ArrayBuffer>): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

/** Size of a regular file in bytes. @throws InputError where there is none */
export function fileSize(path: string): number {
  return withFile(path, (descriptor) => {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new InputError(`${path}: not a regular file`);
    return stats.size;
  });
}

const HASH_CHUNK = 1 << 22;

/** SHA-256 of a file's bytes (hex), read piece by piece. */
export function sha256OfFile(path: string): string {
  return withFile(path, (descriptor) => {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(HASH_CHUNK);
    for (let offset = 0; ; ) {
      const read = fill(descriptor, chunk, offset);
      if (read === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, read));
      offset += read;
    }
  });
}

/** Returns `values`. @throws InputError naming file, tensor and the first index that holds NaN or an infinity */
export function finite<A extends Float32Array>(values: A, path: string, name: string): A {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value - value !== 0)
      throw new InputError(`${path}: tensor '${name}' holds ${value} at index ${i}, expected finite weights`);
  }
  return values;
}

/** The entry of a tensor table. @throws InputError naming the file and a few of the names it does have */
export function entryOf<Entry>(table: ReadonlyMap<string, Entry>, path: string, name: string): Entry {
  const entry = table.get(name);
  if (entry !== undefined) return entry;
  const some = [...table.keys()].slice(0, 3).join(', ');
  throw new InputError(
    `${path}: no tensor '${name}'; it has ${table.size} tensors${some === '' ? '' : ` (${some}, ...)`}`,
  );
}

function withFile<Result>(path: string, use: (descriptor: number) => Result): Result {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new InputError(`${path}: cannot be opened (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
  try {
    return use(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR')
      throw new InputError(`${path}: is a folder, expected a file`);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Most bytes one read call takes: the system's limit lies just below 2 GiB. */
const READ_LIMIT = 1 << 30;

function fillWhole(descriptor: number, bytes: Uint8Array, offset: number, path: string): void {
  const read = fill(descriptor, bytes, offset);
  if (read < bytes.length)
    throw new InputError(`${path}: ends at byte ${offset + read}, expected ${offset + bytes.length} bytes or more`);
}

/** Fills `bytes` from `offset` on; how many bytes there were. */
function fill(descriptor: number, bytes: Uint8Array, offset: number): number {
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(descriptor, bytes, filled, Math.min(bytes.length - filled, READ_LIMIT), offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
