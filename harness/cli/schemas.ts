// The schemas of what is written and read by hand, by name: for `peftbench schema`, the page of keys and editors.
import Type, { type TSchema } from 'typebox';
import { AuditFileSchema } from '../audit/read-rules.ts';
import { ClaimsFileSchema } from '../claims/schema.ts';
import { BenchCaseSchema } from '../contracts/bench-case.ts';
import type { Method } from '../contracts/method.ts';
import { TrainingSchema } from '../contracts/run-config.ts';
import { keysOf, type SchemaKey } from '../contracts/schema-keys.ts';
import { SourcesSchema } from '../hub/sources.ts';
import { PRESETS } from '../models/presets.ts';
import { PredictionSchema, RecordSchema } from '../records/schema.ts';
import { ReferenceSchema } from '../report/paper/reference.ts';
import { TEMPLATE_SCHEMAS } from '../report/paper/schema.ts';
import { studyJsonSchema } from '../study/json-schema.ts';
import type { Catalogue } from '../study/read.ts';
import { StudySchema } from '../study/schema.ts';

export interface NamedSchema {
  /** As the command line has it: `study`, `method lora`. */
  readonly name: string;
  /** What it is of, in words. */
  readonly of: string;
  readonly schema: TSchema;
}

export const SCHEMAS: readonly NamedSchema[] = [
  { name: 'study', of: '`study.json`, written by hand', schema: StudySchema },
  { name: 'training', of: '`training` of a study, its tasks, its methods and its search', schema: TrainingSchema },
  { name: 'claims', of: '`claims.json` beside a study, written by hand', schema: ClaimsFileSchema },
  { name: 'audit', of: '`audit.json` beside a study, written by hand', schema: AuditFileSchema },
  {
    name: 'template',
    of: "a table or figure of a study's `report`, as the paper's are written",
    schema: Type.Union(Object.values(TEMPLATE_SCHEMAS)),
  },
  { name: 'reference', of: '`reference.json` beside a study, written by hand', schema: ReferenceSchema },
  { name: 'sources', of: '`sources.json` beside a study, written by hand and by `fetch --pin`', schema: SourcesSchema },
  { name: 'bench', of: "a case of `bench`'s file, which holds a list of them", schema: BenchCaseSchema },
  { name: 'record', of: '`runs/<id>.json`, written by a run', schema: RecordSchema },
  { name: 'prediction', of: 'a line of `runs/<id>.predictions.jsonl`, written by a run', schema: PredictionSchema },
];

export function methodSchema({ name, title, optionsSchema }: Method): NamedSchema {
  return { name: `method ${name}`, of: `\`options\` of ${title}`, schema: optionsSchema };
}

/** As JSON: what an editor or a validator takes. */
export function schemaText({ name, schema }: NamedSchema, catalogue: Catalogue): string {
  const presets = PRESETS.map((preset) => preset.name);
  const document = schema === StudySchema ? studyJsonSchema(catalogue, presets) : schema;
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title: `peftbench: ${name}` };
  return `${JSON.stringify({ ...head, ...document }, null, 2)}\n`;
}

/** As a Markdown table that reads well as plain text too; a sentence where there are no keys. */
export function keysTable({ schema }: NamedSchema): string {
  const keys = keysOf(schema, schema === TrainingSchema ? [] : ['training']);
  if (keys.length === 0) return 'It has no keys.\n';
  const rows = [['key', 'what it may be', 'default', 'what it is'], ...keys.map(cellsOf)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const rule = [...widths.map((width) => '-'.repeat(width)), '---'];
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  return [rows[0] ?? [], rule, ...rows.slice(1)].map(line).join('');
}

function cellsOf({ path, type, standard, isRequired, description, only }: SchemaKey): string[] {
  const given = standard === null ? '' : `\`${standard}\``;
  const of = only.length === 0 ? '' : ` (of ${only.join(', ')})`;
  // What Markdown would take for more than it is: a pattern, and stars outside of one.
  const allowed = type.replaceAll(/like (\^\S+\$)/g, 'like `$1`');
  const says = `${description}${of}`.replaceAll('*', '\\*');
  const cells = [`\`${path}\``, allowed, isRequired ? 'required' : given, says];
  return cells.map((cell) => cell.replaceAll('|', '\\|'));
}

/** The page of keys: every schema, and the options of every method. */
export function keysPage(methods: readonly Method[]): string {
  const [study, training, ...others] = SCHEMAS;
  const all = [study, training, ...methods.map(methodSchema), ...others].filter((named) => named !== undefined);
  const sections = all.map((named) => `## ${named.name}\n\n${capital(named.of)}.\n\n${keysTable(named)}`);
  return [HEAD, ...sections].join('\n');
}

const HEAD = `# Keys

Every key of the files that a study is made of, with what it may be, its default and what it is. \`npm run schemas\` writes
this page from the schemas by which the files are checked; \`npx peftbench schema training --format md\` prints a part of it,
without \`--format\` as JSON schema. An unknown key is an error that names the nearest valid one. \`name[]\` is a list,
\`<name>\` any name; \`training\` has a list of its own, wherever it stands. A key without a default that is not required may
be left out.
`;

function capital(text: string): string {
  return text.replace(/^\w/, (first) => first.toUpperCase());
}

/** Files that are written from the schemas, by their path in the project: `npm run schemas`. */
export function generatedFiles(catalogue: Catalogue): Readonly<Record<string, string>> {
  const [study] = SCHEMAS;
  if (study === undefined) throw new Error('no schema of a study');
  return {
    'results/KEYS.md': keysPage(catalogue.methods),
    'harness/study/study.schema.json': schemaText(study, catalogue),
  };
}
