// Opens a local GGUF file: metadata at once, tensors one at a time as 32-bit floats.
import { GGMLQuantizationType, type MetadataValue } from '@huggingface/gguf';
import { InputError } from '../contracts/input-error.ts';
import { BLOCK_FORMATS, type BlockFormat } from './dequantize.ts';
import { type GgufTensorInfo, readGgufHeader } from './gguf-header.ts';
import { isHeldAs, repack } from './pack.ts';
import { entryOf, finite, readRange, readValues, type TensorFile } from './tensor-file.ts';

export interface GgufFile extends TensorFile {
  /** In the file's order. 64-bit integers are bigints. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** The tensor's type in the file, such as `Q8_0`. */
  type(name: string): string;
}

/**
 * Opens a GGUF file (version 2 or 3). Reads its head only. Types of BLOCK_FORMATS can be read; reading another type is
 * an error.
 * @throws InputError where the head is malformed, or tensors overlap or lie outside the file
 */
export function openGguf(path: string): GgufFile {
  const { metadata, tensors, size } = readGgufHeader(path);
  const table = new Map<string, GgufTensorInfo>();
  for (const info of tensors) {
    if (table.has(info.name)) throw new InputError(`${path}: has the tensor '${info.name}' twice`);
    table.set(info.name, info);
  }
  checkLayout(tensors, size, path);
  return {
    path,
    metadata,
    names: [...table.keys()],
    shape: (name) => entryOf(table, path, name).shape,
    type: (name) => typeName(entryOf(table, path, name).type),
    read(name) {
      const info = entryOf(table, path, name);
      const format = BLOCK_FORMATS.get(info.type);
      if (format === undefined) {
        const known = [...BLOCK_FORMATS.values()].map((each) => each.name).join(', ');
        throw new InputError(`${path}: tensor '${name}' is of type ${typeName(info.type)}, expected one of ${known}`);
      }
      return finite(readValues(path, info.offset, countOf(info), format), path, name);
    },
    readPacked(name, precision) {
      const info = entryOf(table, path, name);
      const [rows, width, ...others] = info.shape;
      const format = BLOCK_FORMATS.get(info.type);
      if (rows === undefined || width === undefined || others.length > 0 || format === undefined) return undefined;
      if (!isHeldAs(info.type, precision)) return undefined;
      const blocks = readRange(path, info.offset, bytesOf(info, format, path));
      return repack(info.type, blocks, [rows, width], `${path}: tensor '${name}'`);
    },
  };
}

function typeName(type: GGMLQuantizationType): string {
  return GGMLQuantizationType[type] ?? `number ${type}`;
}

function bytesOf({ name, shape }: GgufTensorInfo, format: BlockFormat, path: string): number {
  const row = shape.at(-1) ?? 1;
  if (row % format.values !== 0)
    throw new InputError(
      `${path}: tensor '${name}' has shape [${shape.join(', ')}], expected rows of a multiple of ${format.values} for ${format.name}`,
    );
  return (countOf({ shape }) / format.values) * format.bytes;
}

function countOf({ shape }: Pick<GgufTensorInfo, 'shape'>): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Types that we cannot read have no known size: only their beginning is checked. */
function checkLayout(tensors: readonly GgufTensorInfo[], size: number, path: string): void {
  let end = 0;
  let before = '';
  for (const info of [...tensors].sort((a, b) => a.offset - b.offset)) {
    if (info.offset < end)
      throw new InputError(
        `${path}: tensor '${info.name}' begins at byte ${info.offset}, within '${before}', which ends at ${end}`,
      );
    const format = BLOCK_FORMATS.get(info.type);
    end = info.offset + (format === undefined ? 0 : bytesOf(info, format, path));
    before = info.name;
    if (end > size)
      throw new InputError(
        `${path}: tensor '${info.name}' ends at byte ${end}, but the file has ${size} bytes; the file is cut off`,
      );
  }
}
