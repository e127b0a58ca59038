// The study beside records that are kept elsewhere: written once, and never over another study.
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { beforeWork } from '../contracts/write-error.ts';
import { parseJson } from '../formats/written-json.ts';
import { formatJson } from '../records/json.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import { isRelativePath } from '../study/model-path.ts';
import { canonicalJson } from '../study/run-id.ts';

export interface StudyCopy {
  /** The study's file. */
  readonly file: string;
  readonly folder: string;
  /** Its models, as they are spelled in the folder. */
  readonly models: readonly string[];
}

/** @throws InputError where the folder is a file, or holds another study */
export function refuseOtherStudy(copy: StudyCopy): void {
  const { file, folder } = copy;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new InputError(`--out: ${folder} is a file; expected a folder`);
  }
  const there = join(folder, 'study.json');
  if (!isThere(there) || isSameFile(file, there) || sameStudy(textOf(copy), readFileSync(there, 'utf8'))) return;
  throw new InputError(`${there}: is another study than ${file}; expected the same one, or another --out`);
}

/** @throws InputError as {@link refuseOtherStudy}, and where the folder cannot be written */
export function copyStudy(copy: StudyCopy): void {
  refuseOtherStudy(copy);
  const file = join(copy.folder, 'study.json');
  // A copy of the same study stays, unless models have moved since.
  if (isThere(file) && (isSameFile(copy.file, file) || !copy.models.some(isRelativePath))) return;
  beforeWork(() => {
    makeFolder(copy.folder);
    writeWhole(file, textOf(copy));
  });
}

/** Byte for byte, but for the paths of models. */
function textOf({ file, models }: StudyCopy): string {
  const text = readFileSync(file, 'utf8');
  if (!models.some(isRelativePath)) return text;
  return `${formatJson({ ...(parseJson(text.replace(/^\ufeff/, ''), file) as object), models })}\n`;
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && isRelativePath(value);
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}

/** Spaces, the order of keys and where models lie aside. */
function sameStudy(one: string, other: string): boolean {
  return one === other || normalised(one) === normalised(other);
}

/** The text as it is where it is no JSON. */
function normalised(text: string): string {
  try {
    return canonicalJson(JSON.parse(text, (_, value) => (isPath(value) ? basename(value) : value)));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
