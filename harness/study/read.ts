// Reads study.json and checks all that can be checked without data or weights.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { Method } from '../contracts/method.ts';
import { isReportName, isTemplateFile, REPORT_NAMES } from '../contracts/report-names.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { taskIdsOf } from '../contracts/task-id.ts';
import { check, checkWithDefaults, shown, unknownName } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import { spelledFrom } from './model-path.ts';
import type { CheckedMethod, CheckedStudy } from './checked.ts';
import { LONGEST_LIST, type MethodEntry, StudySchema } from './schema.ts';
import { checkSearch } from './search/budget.ts';
import { spaceOf } from './search/space.ts';

export type { CheckedMethod, CheckedStudy } from './checked.ts';

/** The names that a study may use. */
export interface Catalogue {
  readonly methods: readonly Method[];
  readonly taskIds: readonly string[];
  /** What `trainOn` may name besides tasks and mixes. */
  readonly trainingSetIds: readonly string[];
  /**
   * Finds a model, a relative path from `folder`. Absent where models are not needed.
   * @throws InputError where it is not there
   */
  locateModel?(name: string, folder: string): { readonly isRelative: boolean };
}

export interface StudyFile {
  /** The path of study.json, as messages name it. */
  readonly file: string;
  /** The study's folder. */
  readonly directory: string;
  readonly study: CheckedStudy;
}

/**
 * The study in a folder, or in the file itself.
 * @throws InputError where the file is missing, is not JSON or does not make sense
 */
export function readStudy(path: string, catalogue: Catalogue): StudyFile {
  const file = studyFile(path);
  return { file, directory: dirname(file), study: parseStudy(readText(file), file, catalogue) };
}

/** The path of study.json, for a folder or the file itself. */
export function studyFile(path: string): string {
  const isFolder = statIfThere(path)?.isDirectory() ?? false;
  const file = isFolder ? join(path, 'study.json') : path;
  if (!existsSync(file)) {
    throw new InputError(`${file}: no such file; expected a folder with study.json, or the file itself`);
  }
  return file;
}

/** @throws InputError naming of every fault `file`, the key, the value and what was expected */
export function parseStudy(text: string, file: string, catalogue: Catalogue): CheckedStudy {
  const value = parseWrittenJson(text, file);
  const faults = new Faults();
  const study = faults.of(() => check(StudySchema, value, { file }));
  // Names are looked up wherever there are some, whatever the schema found elsewhere.
  const checked = membersOf(value, 'methods').map((entry, index) =>
    faults.of(() => checkMethod(entry, `methods[${index}]`, file, catalogue)),
  );
  const taskIds = membersOf(value, 'tasks').map((entry, index) =>
    checkTaskEntry(entry, `${file}: tasks[${index}]`, catalogue, faults),
  );
  refuseTwice(taskIds, faults, 'a task once only');
  checkReport(membersOf(value, 'report'), file, faults);
  const absent = new Faults();
  const models = membersOf(value, 'models').map((name) =>
    typeof name === 'string' ? absent.of(() => spelledModel(name, dirname(file), catalogue)) : undefined,
  );
  refuseTwice(
    membersOf(value, 'methods').map((entry, index) => ({
      name: labelOf(entry),
      where: `${file}: methods[${index}].label`,
    })),
    faults,
    'a label of its own for each row of the tables',
  );
  const methods = (study?.methods ?? []).map((entry, index) => {
    const options = checked[index];
    const at = `methods[${index}]`;
    const rated = () => (options?.headOnly ? withHeadRate(entry, study?.tasks ?? [], file, at) : entry);
    return options && faults.of(() => checkedMethod(rated(), options, file, at));
  });
  if (study !== undefined) {
    const searched = methods.flatMap((method, index) => {
      const entry = study.methods[index];
      return method === undefined || entry === undefined || method.space.length === 0 ? [] : [{ entry, method, index }];
    });
    if (!methods.includes(undefined)) checkSearch(study, searched, file, faults);
    const paths = models.map((name, index) => ({ name, where: `${file}: models[${index}]` }));
    refuseTwice(paths, faults, 'a model once only');
  }
  // Alone they wait: whoever opens the models says the same of them, beside what does not fit the others.
  if (!faults.isEmpty) faults.of(() => absent.throw());
  faults.throw();
  if (study === undefined) throw new Error('a study without faults and without a value');
  return {
    ...study,
    models: study.models.map((name, index) => models[index] ?? name),
    methods: methods.map((method, index) => method ?? neverChecked(index)),
    tasks: study.tasks.map((entry) => (typeof entry === 'string' ? { task: entry } : entry)),
  };
}

function checkedMethod(
  entry: MethodEntry,
  { options, optionsSchema }: Pick<CheckedMethod, 'options' | 'optionsSchema'>,
  file: string,
  at: string,
): CheckedMethod {
  const { learningRate, space: _searched, ...rest } = entry;
  return {
    ...rest,
    label: entry.label ?? entry.method,
    options,
    optionsSchema,
    learningRate: Array.isArray(learningRate) ? undefined : learningRate,
    space: spaceOf(entry, optionsSchema, file, at),
  };
}

/**
 * No learning rate is asked of a method that trains a head at most. Which models have a head the tasks tell: a decoder, which
 * has none, needs a protocol in each of them.
 * @throws InputError where a head has no rate
 */
function withHeadRate(
  entry: MethodEntry,
  tasks: readonly (string | { readonly protocol?: unknown })[],
  file: string,
  at: string,
): MethodEntry {
  const { method, learningRate, headLearningRate, space = {} } = entry;
  if (learningRate !== undefined || space.learningRate !== undefined) return entry;
  const hasHead = tasks.some((task) => typeof task === 'string' || task.protocol === undefined);
  if (hasHead && headLearningRate === undefined && space.headLearningRate === undefined) {
    throw new InputError(
      `${file}: ${at}.headLearningRate: missing; expected a number above 0, as ${method} trains the head of an encoder (a decoder, which has none, has a protocol in every task)`,
    );
  }
  return { ...entry, learningRate: headLearningRate ?? UNUSED_RATE };
}

/** What a configuration holds where nothing is trained at it: a part of runs' ids, which keep it. */
const UNUSED_RATE = 1e-4;

function neverChecked(index: number): never {
  throw new Error(`methods[${index}] was neither checked nor refused`);
}

/** A model's name, or its path as a run's configuration has it. @throws InputError where it is looked for and not there */
function spelledModel(name: string, folder: string, { locateModel }: Catalogue): string {
  return locateModel?.(name, folder).isRelative ? spelledFrom(name, folder, folder) : name;
}

/** A member of what may be anything, as long as no schema has passed it. */
function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function membersOf(value: unknown, key: string): readonly unknown[] {
  const member = memberOf(value, key);
  return Array.isArray(member) ? member.slice(0, LONGEST_LIST) : [];
}

function labelOf(entry: unknown): unknown {
  return memberOf(entry, 'label') ?? memberOf(entry, 'method');
}

/** A name and where it stands. What is no text is for the schema to refuse. */
interface Named {
  readonly name: unknown;
  readonly where: string;
}

/** Gives the task that is scored. */
function checkTaskEntry(entry: unknown, where: string, catalogue: Catalogue, faults: Faults): Named {
  const isName = typeof entry === 'string';
  const task = { name: isName ? entry : memberOf(entry, 'task'), where: isName ? where : `${where}.task` };
  if (typeof task.name === 'string') checkTask(task.name, task.where, catalogue.taskIds, faults);
  const trainOn = memberOf(entry, 'trainOn');
  if (typeof trainOn === 'string') {
    checkTask(trainOn, `${where}.trainOn`, trainableIds(trainOn, catalogue), faults);
  }
  return task;
}

/** What `trainOn` may name: a training set too, where it is no mix. */
function trainableIds(id: string, { taskIds, trainingSetIds }: Catalogue): readonly string[] {
  return taskIdsOf(id).length > 1 ? taskIds : [...taskIds, ...trainingSetIds];
}

/** Every task of a mix must be there, once. */
function checkTask(id: string, where: string, taskIds: readonly string[], faults: Faults): void {
  const parts = taskIdsOf(id);
  for (const part of parts) if (!taskIds.includes(part)) faults.add(unknownName(where, 'task', part, taskIds));
  refuseTwice(
    parts.map((name) => ({ name, where })),
    faults,
    'a task once only',
  );
}

/** A template's own file is looked for in the folder of the study. */
function checkReport(names: readonly unknown[], file: string, faults: Faults): void {
  for (const [index, name] of names.entries()) {
    // What is no text is for the schema to refuse.
    if (typeof name !== 'string' || isReportName(name)) continue;
    const where = `${file}: report[${index}]`;
    if (!isTemplateFile(name)) {
      faults.add(unknownName(where, 'table or figure of the paper', name, [...REPORT_NAMES, './FILE.json']));
    } else if (!existsSync(resolve(dirname(file), name))) {
      faults.add(new InputError(`${where}: ${shown(name)}; expected the file of a template, but there is none`));
    }
  }
}

/** What a method says of its entry: the options, those that are absent at their defaults, and their schema. */
interface CheckedOptions extends Pick<CheckedMethod, 'options' | 'optionsSchema'> {
  readonly headOnly: boolean;
}

function checkMethod(entry: unknown, at: string, file: string, catalogue: Catalogue): CheckedOptions | undefined {
  const name = memberOf(entry, 'method');
  if (typeof name !== 'string') return undefined;
  const method = catalogue.methods.find((candidate) => candidate.name === name);
  if (method === undefined) {
    const names = catalogue.methods.map((candidate) => candidate.name);
    throw unknownName(`${file}: ${at}.method`, 'method', name, names);
  }
  const optionsSchema = closedSchema(method);
  const options = checkWithDefaults(optionsSchema, memberOf(entry, 'options') ?? {}, { file, at: `${at}.options` });
  return { options, optionsSchema, headOnly: method.headOnly === true };
}

/** The same object each time, so that it is compiled once, not for each entry. */
const closedSchemas = new WeakMap<Method, Method['optionsSchema']>();

function closedSchema(method: Method): Method['optionsSchema'] {
  const schema = closedSchemas.get(method) ?? { ...method.optionsSchema, additionalProperties: false };
  closedSchemas.set(method, schema);
  return schema;
}

function refuseTwice(names: readonly Named[], faults: Faults, expected: string): void {
  for (const [index, { name, where }] of names.entries()) {
    if (typeof name !== 'string' || !names.slice(0, index).some((before) => before.name === name)) continue;
    faults.add(new InputError(`${where}: ${shown(name)} stands there twice; expected ${expected}`));
  }
}
