// Writes GGUF files: the same metadata and tensors give the same bytes.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { GGMLQuantizationType, type GGUFTypedMetadata, GGUFValueType, serializeGgufMetadata } from '@huggingface/gguf';
import { encodeQ8_0 } from './dequantize.ts';
import { DEFAULT_ALIGNMENT } from './gguf-header.ts';
import { floatToHalf } from './half.ts';
import { finite } from './tensor-file.ts';

/** A string, a flag, or a number whose type in the file is named. */
export type GgufValue =
  | string
  | boolean
  | { readonly uint16: number }
  | { readonly int32: number }
  | { readonly uint32: number }
  | { readonly float32: number };

export interface GgufTensor {
  readonly name: string;
  /** Row-major; rows of Q8_0 are a multiple of 32 long. */
  readonly shape: readonly number[];
  readonly type: 'F32' | 'F16' | 'Q8_0';
  readonly data: Float32Array;
}

export interface GgufContents {
  /** Written in this order. */
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensor[];
}

/** Writes `path` whole: under another name first, then renamed. @throws InputError where a weight is not finite */
export function writeGguf(path: string, { metadata, tensors }: GgufContents): void {
  const temporary = `${path}.tmp`;
  const descriptor = openSync(temporary, 'w');
  try {
    try {
      const head = [metadataBytes(metadata, tensors.length), ...tensorTable(tensors)];
      let position = 0;
      const write = (bytes: Uint8Array): void => {
        for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
        position += bytes.length;
      };
      for (const part of head) write(part);
      for (const tensor of tensors) {
        write(new Uint8Array(aligned(position) - position));
        write(encode(tensor, path));
      }
      write(new Uint8Array(aligned(position) - position));
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function metadataBytes(metadata: GgufContents['metadata'], tensorCount: number): Uint8Array {
  const entries = Object.entries(metadata);
  const typed: GGUFTypedMetadata = {
    version: { value: 3, type: GGUFValueType.UINT32 },
    tensor_count: { value: BigInt(tensorCount), type: GGUFValueType.UINT64 },
    kv_count: { value: BigInt(entries.length), type: GGUFValueType.UINT64 },
    ...Object.fromEntries(entries.map(([key, value]) => [key, typedValue(value)])),
  };
  // The tensor table follows without padding; only tensor data is aligned.
  return serializeGgufMetadata(typed, { alignment: 1 });
}

function typedValue(value: GgufValue): { value: string | boolean | number; type: GGUFValueType } {
  if (typeof value === 'string') return { value, type: GGUFValueType.STRING };
  if (typeof value === 'boolean') return { value, type: GGUFValueType.BOOL };
  if ('uint16' in value) return { value: value.uint16, type: GGUFValueType.UINT16 };
  if ('int32' in value) return { value: value.int32, type: GGUFValueType.INT32 };
  if ('uint32' in value) return { value: value.uint32, type: GGUFValueType.UINT32 };
  return { value: value.float32, type: GGUFValueType.FLOAT32 };
}

function tensorTable(tensors: readonly GgufTensor[]): Uint8Array[] {
  let offset = 0;
  return tensors.map((tensor) => {
    const name = Buffer.from(tensor.name, 'utf8');
    const bytes = Buffer.alloc(8 + name.length + 4 + 8 * tensor.shape.length + 4 + 8);
    let at = bytes.writeBigUInt64LE(BigInt(name.length), 0);
    at += name.copy(bytes, at);
    at = bytes.writeUInt32LE(tensor.shape.length, at);
    for (const extent of tensor.shape.toReversed()) at = bytes.writeBigUInt64LE(BigInt(extent), at);
    at = bytes.writeUInt32LE(GGMLQuantizationType[tensor.type], at);
    bytes.writeBigUInt64LE(BigInt(offset), at);
    offset += aligned(byteLength(tensor));
    return bytes;
  });
}

function byteLength({ name, shape, type, data }: GgufTensor): number {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count !== data.length)
    throw new RangeError(`tensor '${name}' has ${data.length} values, expected ${count} for [${shape.join(', ')}]`);
  if (type !== 'Q8_0') return count * (type === 'F32' ? 4 : 2);
  if ((shape.at(-1) ?? 1) % 32 !== 0)
    throw new RangeError(
      `tensor '${name}' has shape [${shape.join(', ')}], expected rows of a multiple of 32 for Q8_0`,
    );
  return (count / 32) * 34;
}

function encode({ name, type, data }: GgufTensor, path: string): Uint8Array {
  finite(data, path, name);
  if (type === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (type === 'Q8_0') return encodeQ8_0(data);
  return new Uint8Array(floatToHalf(data).buffer);
}

function aligned(position: number): number {
  return Math.ceil(position / DEFAULT_ALIGNMENT) * DEFAULT_ALIGNMENT;
}
