// A template as it was read from JSON, once it makes sense.
import Type from 'typebox';
import { membersAt } from '../../audit/record-path.ts';
import { Faults, InputError } from '../../contracts/input-error.ts';
import { check, shown, unknownName } from '../../contracts/validate.ts';
import { requireReading } from './readings.ts';
import {
  type AxisTemplate,
  KINDS,
  type PanelTemplate,
  type TableTemplate,
  type Template,
  TEMPLATE_SCHEMAS,
} from './schema.ts';

/** Looked at first, so that messages are of the kind that was meant. */
const KindSchema = Type.Object({ kind: Type.Enum(KINDS) });

/** @throws InputError naming of every fault `file`, the key, the value and what was expected */
export function parseTemplate(value: unknown, file: string): Template {
  const { kind } = check(KindSchema, value, { file });
  const template: Template = check(TEMPLATE_SCHEMAS[kind], value, { file });
  const faults = new Faults();
  if (template.kind === 'table') checkTable(template, file, faults);
  if (template.kind === 'figure') {
    for (const [index, panel] of template.panels.entries()) checkPanel(panel, `${file}: panels[${index}]`, faults);
    if (template.inset !== undefined) checkPanel(template.inset, `${file}: inset`, faults);
  }
  faults.throw();
  return template;
}

const SOURCES = ['read', 'score', 'words', 'averageOf'] as const;

function checkTable({ columns, rows }: TableTemplate, file: string, faults: Faults): void {
  const scores = columns.filter(({ score, perTask }) => score !== undefined && perTask !== true).map(({ key }) => key);
  const keys = [...ROW_KEYS, ...(rows.sweep === undefined ? [] : [sweepKey(rows.sweep.over)])];
  for (const [index, column] of columns.entries()) {
    const at = `${file}: columns[${index}]`;
    if (keys.includes(column.key)) {
      faults.add(new InputError(`${at}.key: ${shown(column.key)}; expected a key that no other column has`));
    }
    keys.push(column.key);
    const given = SOURCES.filter((name) => column[name] !== undefined);
    if (given.length !== 1) {
      faults.add(new InputError(`${at}: ${shown(given)}; expected exactly one of ${SOURCES.join(', ')}`));
    }
    if (column.perTask === true && column.score === undefined) {
      faults.add(new InputError(`${at}.perTask: true; expected it of a score alone`));
    }
    checkReading(column.read, at, faults);
    for (const key of column.averageOf?.flat() ?? []) {
      if (!scores.includes(key)) faults.add(unknownName(`${at}.averageOf`, 'score column', key, scores));
    }
  }
}

/** Of the columns that say which row it is. */
export const ROW_KEYS = ['model', 'method', 'task'] as const;

/** `r` for options.r. */
export function sweepKey(over: string): string {
  return over.slice('options.'.length);
}

function checkPanel({ x, y }: PanelTemplate, at: string, faults: Faults): void {
  checkAxis(x, `${at}.x`, faults);
  checkAxis(y, `${at}.y`, faults);
}

function checkAxis({ scale, read, score }: AxisTemplate, at: string, faults: Faults): void {
  const given = Object.entries({ read, score }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const wanted = scale === 'category' ? 0 : 1;
  if (given.length !== wanted) {
    const expected = wanted === 0 ? 'neither read nor score of a category' : 'exactly one of read, score';
    faults.add(new InputError(`${at}: ${shown(given)}; expected ${expected}`));
  }
  checkReading(read, at, faults);
}

function checkReading(read: string | undefined, at: string, faults: Faults): void {
  if (read === undefined) return;
  faults.of(() => {
    requireReading(read, `${at}.read`);
    const [first] = membersAt(read.split('.')) ?? [];
    if (first === undefined) return;
    throw new InputError(
      `${at}.read: ${shown(read)} has several members; expected one of them, such as ${read}.${first}`,
    );
  });
}
