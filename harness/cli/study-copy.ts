// The study beside records that are kept elsewhere, with its claims, rules and references: copies, renewed when the study is
// edited or its models move, which never take the place of what somebody else wrote.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { AUDIT_FILE } from '../audit/read-rules.ts';
import { CLAIMS_FILE } from '../claims/read.ts';
import { InputError } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { check } from '../contracts/validate.ts';
import { beforeWork } from '../contracts/write-error.ts';
import { readText } from '../formats/text.ts';
import { parseJson } from '../formats/written-json.ts';
import { formatJson } from '../records/json.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import { REFERENCE_FILE } from '../report/paper/reference.ts';
import { canonicalJson } from '../study/canonical-json.ts';
import { isRelativePath, spelledFrom } from '../study/model-path.ts';
import type { Study } from '../study/schema.ts';

export interface StudyCopy {
  /** The study's file. */
  readonly file: string;
  readonly folder: string;
  /** Its models, as they are spelled in the folder. */
  readonly models: readonly string[];
}

/** Which file a copy was made of, and what it held: with another content, somebody else wrote it. */
const OriginSchema = Type.Object(
  {
    file: Type.String(),
    sha256: Type.String(),
    /** The hashes of what was copied with it, by name. */
    beside: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
);
type Origin = Static<typeof OriginSchema>;

/** What of a study's folder its report is made with. */
const BESIDE = [CLAIMS_FILE, AUDIT_FILE, REFERENCE_FILE];

/** Gives what stands in the folder. @throws InputError where that is a file, or another study than an earlier copy of this one */
export function refuseOtherStudy(copy: StudyCopy): State {
  const { file, folder } = copy;
  if (statIfThere(folder)?.isDirectory() === false) {
    throw new InputError(`--out: ${folder} is a file; expected a folder`);
  }
  const state = stateOf(copy);
  if (state !== 'other') return state;
  throw new InputError(`${copyIn(folder)}: is another study than ${file}; expected the same one, or another --out`);
}

/** @throws InputError as {@link refuseOtherStudy}, and where the folder cannot be written */
export function copyStudy(copy: StudyCopy): void {
  const state = refuseOtherStudy(copy);
  if (state === 'itself') return;
  const beside = textsBeside(copy);
  if (state === 'same' && beside.size === 0) return;
  beforeWork(() => {
    // What is the same, but for spaces, stays as it is.
    const text = state === 'same' ? readText(copyIn(copy.folder)) : textOf(copy);
    const file = originIn(copy.folder);
    const hashes = [...beside].map(([name, each]) => [name, sha256(each)]);
    const origin: Origin = {
      file: realpathSync(copy.file),
      sha256: sha256(text),
      beside: { ...originOf(copy.folder)?.beside, ...Object.fromEntries(hashes) },
    };
    makeFolder(dirname(file));
    writeWhole(file, `${formatJson(origin)}\n`);
    if (state !== 'same') writeWhole(copyIn(copy.folder), text);
    for (const [name, each] of beside) writeWhole(join(copy.folder, name), each);
  });
}

/** Of those beside the study that are to be copied, the texts: not those that are there already, or are somebody else's. */
function textsBeside({ file, folder }: StudyCopy): Map<string, string> {
  const known = originOf(folder)?.beside ?? {};
  const texts = BESIDE.filter((name) => isThere(join(dirname(file), name))).flatMap((name) => {
    const [text, there] = [readText(join(dirname(file), name)), join(folder, name)];
    const present = isThere(there) ? readText(there) : undefined;
    const isOurs = present === undefined || known[name] === sha256(present);
    return isOurs && present !== text ? [[name, text] as const] : [];
  });
  return new Map(texts);
}

function originOf(folder: string): Origin | undefined {
  const file = originIn(folder);
  return isThere(file) ? check(OriginSchema, parseJson(readText(file), file), { file }) : undefined;
}

type State = 'nothing' | 'itself' | 'same' | 'older copy' | 'other';

function stateOf(copy: StudyCopy): State {
  const there = copyIn(copy.folder);
  if (!isThere(there)) return 'nothing';
  if (realpathSync(there) === realpathSync(copy.file)) return 'itself';
  const text = readText(there);
  if (normalised(text) === normalised(textOf(copy))) return 'same';
  const origin = originOf(copy.folder);
  return origin?.file === realpathSync(copy.file) && origin.sha256 === sha256(text) ? 'older copy' : 'other';
}

const copyIn = (folder: string): string => join(folder, 'study.json');
const originIn = (folder: string): string => join(folder, '.cache', 'study-copy.json');

/** As it is written, but for the paths of models and of the report's templates. */
function textOf({ file, folder, models }: StudyCopy): string {
  const text = readText(file);
  const study = parseJson(text, file) as Pick<Study, 'report'>;
  const report = study.report?.map((name) => (isRelativePath(name) ? spelledFrom(name, dirname(file), folder) : name));
  if (![...models, ...(report ?? [])].some(isRelativePath)) return text;
  return `${formatJson({ ...study, models, ...(report && { report }) })}\n`;
}

function isThere(file: string): boolean {
  return statIfThere(file) !== undefined;
}

/** Spaces and the order of keys aside; the text as it is where it is no JSON. */
function normalised(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
