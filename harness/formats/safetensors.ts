// Reads .safetensors files, single or sharded, tensor by tensor. Format: https://github.com/huggingface/safetensors
import { basename, dirname, join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, parseJsonObject, quoted, readJsonObject } from './json-object.ts';
import {
  BF16,
  type Encoding,
  entryOf,
  F16,
  F32,
  fileSize,
  finite,
  readRange,
  refuseLfsPointer,
  readValues,
  type TensorFile,
} from './tensor-file.ts';

/** Weights, and the files they lie in. */
export interface SafetensorsFile extends TensorFile {
  /** The file itself, or the index followed by its shards in order of name. */
  readonly files: readonly string[];
}

/**
 * Opens `*.safetensors`, or the index of a sharded checkpoint (`*.safetensors.index.json`). Reads headers only.
 * @throws InputError where a header is malformed, or tensors overlap, leave holes, or lie outside the file
 */
export function openSafetensors(path: string): SafetensorsFile {
  return path.endsWith('.index.json') ? openSharded(path) : openSingle(path);
}

type Dtype = keyof typeof DTYPE_BYTES;

interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Absolute, in the file. */
  readonly offset: number;
  readonly bytes: number;
}

const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** The format's own limit on its header, in bytes. */
const HEADER_LIMIT = 100_000_000;

function openSingle(path: string): SafetensorsFile {
  const table = readTable(path);
  return {
    path,
    files: [path],
    names: [...table.keys()],
    shape: (name) => entryOf(table, path, name).shape,
    read(name) {
      const { dtype, offset, bytes } = entryOf(table, path, name);
      const encoding = ENCODINGS[dtype];
      if (encoding === undefined)
        throw new InputError(`${path}: tensor '${name}' is of dtype ${dtype}, expected F32, F16 or BF16`);
      return finite(readValues(path, offset, bytes / encoding.bytes, encoding), path, name);
    },
  };
}

/** The dtypes that can be read. */
const ENCODINGS: Readonly<Partial<Record<Dtype, Encoding>>> = { F32, F16, BF16 };

function readTable(path: string): ReadonlyMap<string, Entry> {
  const size = fileSize(path);
  if (size < 8) throw new InputError(`${path}: has ${size} bytes, expected a safetensors header of 8 bytes or more`);
  refuseLfsPointer(path);
  const headerBytes = new DataView(readRange(path, 0, 8).buffer).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(HEADER_LIMIT, size - 8)))
    throw new InputError(
      `${path}: announces a header of ${headerBytes} bytes, but has ${size} bytes; expected a safetensors file, whole`,
    );
  const dataStart = 8 + Number(headerBytes);
  const header = parseJsonObject(
    new TextDecoder().decode(readRange(path, 8, Number(headerBytes))),
    `${path}: safetensors header`,
  );
  const table = new Map<string, Entry>();
  for (const [name, value] of Object.entries(header))
    if (name !== METADATA) table.set(name, parseEntry(value, dataStart, `${path}: tensor '${name}'`));
  checkLayout(table, dataStart, size, path);
  return withSharedNames(table, header[METADATA]);
}

/** The header's one key that is no tensor. */
const METADATA = '__metadata__';

/**
 * A tensor that a model has under several names lies in the file once: safetensors' `save_model` writes each other name
 * into the metadata, with the name that was kept as its value; huggingface_hub does so in the index of shards.
 */
function withSharedNames<Entry>(table: ReadonlyMap<string, Entry>, metadata: unknown): ReadonlyMap<string, Entry> {
  const shared = Object.entries(isJsonObject(metadata) ? metadata : {}).flatMap(([name, kept]): [string, Entry][] => {
    const entry = typeof kept === 'string' ? table.get(kept) : undefined;
    return entry === undefined || table.has(name) ? [] : [[name, entry]];
  });
  return new Map([...table, ...shared]);
}

function parseEntry(value: unknown, dataStart: number, where: string): Entry {
  if (!isJsonObject(value)) throw new InputError(`${where} is described by ${quoted(value)}, expected an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype))
    throw new InputError(`${where} has dtype ${quoted(dtype)}, expected one of ${Object.keys(DTYPE_BYTES).join(', ')}`);
  if (!isCounts(shape)) throw new InputError(`${where} has shape ${quoted(shape)}, expected whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw new InputError(`${where} has data_offsets ${quoted(offsets)}, expected [begin, end]`);
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, extent) => product * extent, DTYPE_BYTES[dtype]);
  if (end - begin !== bytes)
    throw new InputError(
      `${where} has data_offsets [${begin}, ${end}], ${end - begin} bytes; expected ${bytes} for ${dtype} [${shape.join(', ')}]`,
    );
  return { dtype, shape, offset: dataStart + begin, bytes };
}

/** The tensors must fill the rest of the file, one after the other. */
function checkLayout(table: ReadonlyMap<string, Entry>, dataStart: number, size: number, path: string): void {
  const inOrder = [...table].sort(([, a], [, b]) => a.offset - b.offset || a.bytes - b.bytes);
  const expected = inOrder.reduce((end, [, entry]) => Math.max(end, entry.offset + entry.bytes), dataStart);
  if (size < expected)
    throw new InputError(`${path}: has ${size} bytes, expected ${expected} by its header; the file is cut off`);
  let end = dataStart;
  for (const [name, entry] of inOrder) {
    if (entry.offset !== end)
      throw new InputError(
        `${path}: tensor '${name}' begins at byte ${entry.offset}, expected ${end}, where the tensor before it ends`,
      );
    end += entry.bytes;
  }
  if (size !== end) throw new InputError(`${path}: has ${size} bytes, expected ${end} by its header`);
}

function openSharded(path: string): SafetensorsFile {
  const { weight_map: weightMap, metadata } = readJsonObject(path);
  if (!isJsonObject(weightMap))
    throw new InputError(`${path}: weight_map is ${quoted(weightMap)}, expected an object of tensor names and files`);
  const shards = new Map<string, SafetensorsFile>();
  for (const [name, file] of Object.entries(weightMap)) {
    if (typeof file !== 'string' || basename(file) !== file || !file.endsWith('.safetensors'))
      throw new InputError(`${path}: weight_map['${name}'] is ${quoted(file)}, expected a .safetensors file beside it`);
    if (!shards.has(file)) shards.set(file, openSingle(join(dirname(path), file)));
  }
  const stored = new Map<string, { readonly shard: SafetensorsFile; readonly name: string }>();
  for (const [name, file] of Object.entries(weightMap)) {
    const shard = entryOf(shards, path, String(file));
    shard.shape(name);
    stored.set(name, { shard, name });
  }
  const table = withSharedNames(stored, metadata);
  const inShard = (asked: string) => entryOf(table, path, asked);
  return {
    path,
    files: [path, ...[...shards.values()].map((shard) => shard.path).sort()],
    names: [...table.keys()],
    shape: (asked) => inShard(asked).shard.shape(inShard(asked).name),
    read: (asked) => inShard(asked).shard.read(inShard(asked).name),
  };
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
}
