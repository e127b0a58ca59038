// A GGUF model in one file, or in the parts that llama.cpp's gguf-split makes of one: read together.
import { basename, dirname, join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { type GgufFile, openGguf } from './gguf.ts';
import { metadataOf } from './gguf-metadata.ts';
import { entryOf } from './tensor-file.ts';

/** A model's parts have its tensors; the first has its metadata. */
export interface GgufModel extends GgufFile {
  /** The file itself, or its parts in their order. */
  readonly files: readonly string[];
}

/**
 * @param path the file, or any part of it: parts lie beside each other, named as gguf-split names them
 * @throws InputError as `openGguf`, and where a part is missing, is another's, or not all tensors are there
 */
export function openGgufModel(path: string): GgufModel {
  const file = openGguf(path);
  const count = metadataOf(file.metadata, path).number(COUNT, 1);
  return count <= 1 ? { ...file, files: [path] } : openParts(path, count);
}

/** The first part's name where `name` is that of any part; else `name`. */
export function firstPart(name: string): string {
  return name.replace(PART, '-00001-of-$2.gguf');
}

const COUNT = 'split.count';
const NUMBER = 'split.no';
/** Of all parts together. */
const TENSORS = 'split.tensors.count';
const PART = /-(\d{5})-of-(\d{5})\.gguf$/;

function openParts(path: string, count: number): GgufModel {
  const [ending, , last] = PART.exec(path) ?? [];
  const five = (number: number) => String(number).padStart(5, '0');
  if (ending === undefined || Number(last) !== count)
    throw new InputError(
      `${path}: is one of ${count} parts by its key '${COUNT}', expected a name that ends in -00001-of-${five(count)}.gguf`,
    );
  const prefix = basename(path).slice(0, -ending.length);
  const files = Array.from({ length: count }, (_, index) =>
    join(dirname(path), `${prefix}-${five(index + 1)}-of-${five(count)}.gguf`),
  );
  const parts = files.map(openGguf);
  const holders = new Map<string, GgufFile>();
  for (const [index, part] of parts.entries()) {
    expectNumber(part, NUMBER, index);
    expectNumber(part, COUNT, count);
    for (const tensor of part.names) {
      const other = holders.get(tensor);
      if (other !== undefined) throw new InputError(`${part.path}: has the tensor '${tensor}', as ${other.path} has`);
      holders.set(tensor, part);
    }
  }
  const [first] = parts as [GgufFile, ...GgufFile[]];
  expectNumber(first, TENSORS, holders.size);
  const holder = (tensor: string): GgufFile => entryOf(holders, first.path, tensor);
  return {
    path: first.path,
    files,
    metadata: first.metadata,
    names: [...holders.keys()],
    shape: (tensor) => holder(tensor).shape(tensor),
    type: (tensor) => holder(tensor).type(tensor),
    read: (tensor) => holder(tensor).read(tensor),
    readPacked: (tensor, precision) => holder(tensor).readPacked?.(tensor, precision),
  };
}

function expectNumber({ metadata, path }: GgufFile, key: string, expected: number): void {
  const value = metadataOf(metadata, path).number(key);
  if (value !== expected)
    throw new InputError(`${path}: metadata key '${key}' is ${value}, expected ${expected} in this split`);
}
