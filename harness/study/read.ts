// Reads study.json and checks all that can be checked without data or weights.
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { refuseDeepJson } from '../contracts/json-depth.ts';
import type { Method } from '../contracts/method.ts';
import { taskIdsOf } from '../contracts/task-id.ts';
import { check, checkWithDefaults, shown, unknownName } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { type MethodEntry, type Study, StudySchema, type TaskEntry } from './schema.ts';

/** The names that a study may use. */
export interface Catalogue {
  readonly methods: readonly Method[];
  readonly taskIds: readonly string[];
  /** What `trainOn` may name besides tasks and mixes. */
  readonly trainingSetIds: readonly string[];
}

/** A study with the short forms written out: labels given, options complete, tasks as objects. */
export interface CheckedStudy extends Omit<Study, 'methods' | 'tasks'> {
  readonly methods: readonly CheckedMethod[];
  readonly tasks: readonly TaskEntry[];
}
export type CheckedMethod = MethodEntry & Required<Pick<MethodEntry, 'label' | 'options'>>;

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
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(path, 'study.json') : path;
  if (!existsSync(file)) {
    throw new InputError(`${file}: no such file; expected a folder with study.json, or the file itself`);
  }
  return file;
}

/** @throws InputError naming `file`, the key, the value and what was expected */
export function parseStudy(text: string, file: string, catalogue: Catalogue): CheckedStudy {
  const study = check(StudySchema, parseJson(text, file), { file });
  const methods = study.methods.map((entry, index) => checkMethod(entry, `methods[${index}]`, file, catalogue));
  const tasks = study.tasks.map((entry) => (typeof entry === 'string' ? { task: entry } : entry));
  for (const [index, { task, trainOn }] of tasks.entries()) {
    if (trainOn !== undefined) checkTrainOn(trainOn, `${file}: tasks[${index}].trainOn`, catalogue);
    const key = typeof study.tasks[index] === 'string' ? `tasks[${index}]` : `tasks[${index}].task`;
    checkTask(task, `${file}: ${key}`, catalogue.taskIds);
    refuseTwice(
      tasks.slice(0, index).map((entry) => entry.task),
      task,
      `${file}: ${key}`,
      'a task once only',
    );
  }
  for (const [index, { label }] of methods.entries()) {
    const before = methods.slice(0, index).map((entry) => entry.label);
    refuseTwice(before, label, `${file}: methods[${index}].label`, 'a label of its own for each row of the tables');
  }
  checkSearch(study, file);
  return { ...study, methods, tasks };
}

function parseJson(text: string, file: string): unknown {
  refuseDeepJson(text, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkTrainOn(id: string, where: string, { taskIds, trainingSetIds }: Catalogue): void {
  const isMix = taskIdsOf(id).length > 1;
  checkTask(id, where, isMix ? taskIds : [...taskIds, ...trainingSetIds]);
}

/** Every task of a mix must be there, once. */
function checkTask(id: string, where: string, taskIds: readonly string[]): void {
  const parts = taskIdsOf(id);
  for (const [index, part] of parts.entries()) {
    if (!taskIds.includes(part)) throw unknownName(where, 'task', part, taskIds);
    refuseTwice(parts.slice(0, index), part, where, 'a task once only');
  }
}

function checkMethod(entry: MethodEntry, at: string, file: string, catalogue: Catalogue): CheckedMethod {
  const method = catalogue.methods.find((candidate) => candidate.name === entry.method);
  if (method === undefined) {
    const names = catalogue.methods.map((candidate) => candidate.name);
    throw unknownName(`${file}: ${at}.method`, 'method', entry.method, names);
  }
  const schema = { ...method.optionsSchema, additionalProperties: false };
  const options = checkWithDefaults(schema, entry.options ?? {}, { file, at: `${at}.options` });
  return { ...entry, label: entry.label ?? entry.method, options };
}

/** Candidates need a search, a search needs candidates, and each method gets the same budget. */
function checkSearch(study: Study, file: string): void {
  const lists = study.methods.flatMap(({ learningRate }, index) =>
    typeof learningRate === 'number' ? [] : [{ key: `methods[${index}].learningRate`, rates: learningRate }],
  );
  const [first] = lists;
  if (first === undefined) {
    if (study.search === undefined) return;
    throw new InputError(`${file}: search: ${shown(study.search)}; expected a method with a list of learning rates`);
  }
  if (study.search === undefined) {
    const list = `${first.key} is a list, ${shown(first.rates)}`;
    throw new InputError(`${file}: search: missing; expected {"seed", "holdout"}, as ${list}`);
  }
  for (const { key, rates } of lists) {
    if (rates.length === first.rates.length) continue;
    const budget = `${first.rates.length} candidates as in ${first.key} (the same budget for each method)`;
    throw new InputError(`${file}: ${key}: ${shown(rates)}; expected ${budget}`);
  }
}

function refuseTwice(before: readonly string[], value: string, where: string, expected: string): void {
  if (before.includes(value))
    throw new InputError(`${where}: ${shown(value)} stands there twice; expected ${expected}`);
}
