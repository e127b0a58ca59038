// A mutation: which file of a target is damaged, and how. Drawn by fast-check, applied where the reader runs.
import fc from 'fast-check';
import { type ByteEdit, byteEditOf, editBytes } from './byte-edits.ts';
import { editJson, JSON_EDIT, type JsonEdit } from './json-edits.ts';

export interface Mutation {
  readonly file: string;
  /** Done first. */
  readonly json: readonly JsonEdit[];
  readonly bytes: readonly ByteEdit[];
}

/** A file that is mutated. */
export interface SeedFile {
  readonly bytes: Buffer;
  /** Where its JSON stands, if it has any. */
  readonly json?: JsonPart;
  /** Where counts, lengths, offsets and types stand. */
  readonly fields?: readonly number[];
}

export interface JsonPart {
  get(file: Buffer): string;
  /** The file with another text, and what the file says of its length as it has to be. */
  put(file: Buffer, text: string): Buffer;
}

export const WHOLE_FILE: JsonPart = { get: (file) => file.toString('utf8'), put: (_, text) => Buffer.from(text) };

export const SAFETENSORS_HEADER: JsonPart = {
  get: (file) => file.toString('utf8', 8, headerEnd(file)),
  put(file, text) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    return Buffer.concat([length, Buffer.from(text), file.subarray(headerEnd(file))]);
  },
};

const headerEnd = (file: Buffer): number => 8 + Number(file.readBigUInt64LE(0));

export function mutationOf(files: Readonly<Record<string, SeedFile>>): fc.Arbitrary<Mutation> {
  return fc.oneof(...Object.entries(files).map(([file, seed]) => ofFile(file, seed)));
}

function ofFile(name: string, { bytes, json, fields }: SeedFile): fc.Arbitrary<Mutation> {
  const file = fc.constant(name);
  const none = fc.constant([]);
  const byteEdits = few(byteEditOf(bytes.length, fields));
  const ofBytes = fc.record({ file, json: none, bytes: byteEdits });
  if (json === undefined) return ofBytes;
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ file, json: few(JSON_EDIT), bytes: none }) },
    { weight: 3, arbitrary: ofBytes },
    { weight: 1, arbitrary: fc.record({ file, json: few(JSON_EDIT), bytes: byteEdits }) },
  );
}

/** Mostly one: with several, the first hides the others. */
function few<Edit>(edit: fc.Arbitrary<Edit>): fc.Arbitrary<Edit[]> {
  const [one, some] = [1, 3].map((maxLength) => fc.array(edit, { minLength: 1, maxLength }));
  return fc.oneof({ weight: 3, arbitrary: one as fc.Arbitrary<Edit[]> }, some as fc.Arbitrary<Edit[]>);
}

/** The damaged bytes of the file that the mutation names. */
export function mutate({ bytes, json: part }: SeedFile, { json, bytes: edits }: Mutation): Buffer {
  if (part === undefined || json.length === 0) return edits.reduce(editBytes, bytes);
  // What has become deep can no longer be walked through.
  const deep = json.findIndex(({ change }) => change.kind === 'deep');
  const text = json.slice(0, deep === -1 ? undefined : deep + 1).reduce(editJson, part.get(bytes));
  return edits.reduce(editBytes, part.put(bytes, text));
}
