// What `fetch` is to fetch: of a study's models and tasks, or those that are named, those that the hub is known to have.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { hubSourcesFile, readTraining } from '../../datasets/index.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { taskIdsOf } from '../contracts/task-id.ts';
import { check, unknownName } from '../contracts/validate.ts';
import { createDataReader } from '../formats/data-reader.ts';
import { type DatasetSource, type ModelSource, ModelSourceSchema, readSources, type Sources } from '../hub/sources.ts';
import type { Wanted } from '../hub/wanted.ts';
import { PRESETS } from '../models/presets.ts';
import { isRelativePath } from '../study/model-path.ts';
import { readStudy, type StudyFile } from '../study/read.ts';
import type { Services } from './services.ts';

export interface Selection {
  /** Of the study; or without one, of the hub, as org/name or org/name@revision. */
  readonly model?: readonly string[];
  readonly task?: readonly string[];
  /** Of a model of the hub: paths and globs. */
  readonly files?: readonly string[];
  /** Where models go, and data. */
  readonly models?: string;
  readonly data?: string;
}

export interface WantedSources {
  readonly wanted: readonly Wanted[];
  /** What is not there, and of no known source. */
  readonly notes: readonly string[];
  /** The study's own, empty where it has none; undefined without a study. */
  readonly own: { readonly file: string; readonly sources: Sources } | undefined;
}

/** One thing that was asked for: what to fetch of it, or why nothing; empty where it is there. */
interface Found {
  readonly wanted?: Wanted;
  readonly note?: string;
}

/** @throws InputError for a study, sources or a selection that will not do */
export async function wantedSources(
  study: string | undefined,
  selection: Selection,
  services: Services,
): Promise<WantedSources> {
  const found: Found[] = [];
  const faults = new Faults();
  const look = async (find: () => Found | Promise<Found>): Promise<void> => {
    const one = await faults.ofLater(async () => find());
    if (one !== undefined) found.push(one);
  };
  const own = study === undefined ? undefined : await sourcesOfStudy(study, services, faults);
  if (own === undefined) await lookFor(selection, services, look);
  else await lookIn(own, selection, services, look);
  faults.throw();
  return {
    wanted: found.flatMap(({ wanted }) => wanted ?? []),
    notes: found.flatMap(({ note }) => note ?? []),
    own,
  };
}

type Look = (find: () => Found | Promise<Found>) => Promise<void>;

/** Without a study. */
async function lookFor(selection: Selection, services: Services, look: Look): Promise<void> {
  const { model = [], task = [], files } = selection;
  if (model.length + task.length === 0) throw new InputError('nothing to fetch; expected a study, --model or --task');
  if (files !== undefined && model.length !== 1) {
    throw new InputError(`--files: of ${model.length} models; expected one --model that they are of`);
  }
  for (const text of new Set(model)) await look(() => ({ wanted: namedModel(text, selection) }));
  for (const id of new Set(task.flatMap(taskIdsOf))) await look(() => namedTask(id, selection, services));
}

interface OwnSources {
  readonly read: StudyFile;
  /** sources.json */
  readonly file: string;
  readonly sources: Sources;
}

async function sourcesOfStudy(study: string, services: Services, faults: Faults): Promise<OwnSources> {
  const read = readStudy(study, await services.catalogue());
  const file = join(read.directory, 'sources.json');
  const sources = existsSync(file) ? readSources(file) : { models: {}, datasets: {} };
  for (const name of Object.keys(sources.models)) {
    if (read.study.models.includes(name)) continue;
    faults.add(unknownName(`${file}: models`, 'model of the study', name, read.study.models));
  }
  return { read, file, sources };
}

async function lookIn(own: OwnSources, selection: Selection, services: Services, look: Look): Promise<void> {
  if (selection.files !== undefined) {
    throw new InputError(`--files: is of a model without a study; expected the files in ${own.file}`);
  }
  const { read, file, sources } = own;
  const isAll = selection.model === undefined && selection.task === undefined;
  const models = isAll ? read.study.models : (selection.model ?? []);
  for (const name of new Set(models)) await look(() => studyModel(name, own, selection, services));
  const tasks = new Set(isAll ? tasksOf(read) : (selection.task ?? []).flatMap(taskIdsOf));
  const keys = isAll ? Object.keys(sources.datasets) : [...tasks].flatMap((id) => keyOf(id, sources.datasets) ?? []);
  for (const key of new Set(keys)) {
    await look(() => ({ wanted: dataset(key, sources.datasets, `${file}: datasets.${key}`, selection) }));
  }
  for (const id of tasks) {
    if (keyOf(id, sources.datasets) !== undefined) continue;
    await look(() => (isAll ? studyTask(id, selection, services) : namedTask(id, selection, services)));
  }
}

async function studyModel(
  name: string,
  { read, file, sources }: OwnSources,
  selection: Selection,
  services: Services,
): Promise<Found> {
  const { directory, study } = read;
  if (!study.models.includes(name)) throw unknownName('--model', `model of ${read.file}`, name, study.models);
  const source = Object.hasOwn(sources.models, name) ? sources.models[name] : undefined;
  if (source !== undefined) return { wanted: model(name, source, `${file}: models.${name}`, selection, directory) };
  if (PRESETS.some((preset) => preset.name === name)) return {};
  if (isHubName(name) && !existsSync(join(directory, name))) {
    const where = `${read.file}: models: ${name}`;
    return { wanted: model(name, { repo: name, revision: DEFAULT_REVISION }, where, selection, directory) };
  }
  const { locateModel } = await services.catalogue({ modelsDir: selection.models });
  try {
    locateModel?.(name, directory);
    return {};
  } catch (error) {
    if (error instanceof InputError) return { note: `${error.message}; ${file} names no source of it` };
    throw error;
  }
}

/** `org/name` */
function isHubName(name: string): boolean {
  return /^\w[\w.-]*\/\w[\w.-]*$/.test(name);
}

const DEFAULT_REVISION = 'main';

/** @param text org/name or org/name@revision */
function namedModel(text: string, selection: Selection): Wanted {
  const at = text.indexOf('@');
  const [repo, revision] = at === -1 ? [text, DEFAULT_REVISION] : [text.slice(0, at), text.slice(at + 1)];
  const where = `--model ${text}`;
  const files = selection.files === undefined ? {} : { files: [...new Set(selection.files)] };
  return model(repo, check(ModelSourceSchema, { repo, revision, ...files }, { file: where }), where, selection);
}

/** @param directory the study's, from which relative paths start */
function model(
  name: string,
  { repo, revision, files, sha256 = {} }: ModelSource,
  where: string,
  { models }: Selection,
  directory = '',
): Wanted {
  const rest = { kind: 'model', name, repo, revision, files, sha256, targets: {}, where } as const;
  if (isAbsolute(name)) return { ...rest, folder: name };
  if (isRelativePath(name)) return { ...rest, folder: join(directory, name) };
  if (models !== undefined) return { ...rest, folder: join(models, name) };
  throw new InputError(`--models: not given; expected a folder for ${name}, which \`run\` is then given too`);
}

/** Of a task of the study: nothing where its data are there. */
async function studyTask(id: string, selection: Selection, services: Services): Promise<Found> {
  const missing = await missingData(id, selection, services);
  if (missing === undefined) return {};
  const known = knownSource(id, selection);
  return known === undefined ? { note: `${missing.message}; no source of them is known` } : { wanted: known };
}

/** Of a task that is named: fetched wherever else its data are. */
async function namedTask(id: string, selection: Selection, services: Services): Promise<Found> {
  const ids = [...(await services.tasks()), ...(await services.trainingSets())].map((each) => each.id);
  if (!ids.includes(id)) throw unknownName('--task', 'task', id, ids);
  const known = knownSource(id, selection);
  if (known !== undefined) return { wanted: known };
  throw new InputError(
    `--task: no source of ${id} is known; expected one of ${Object.keys(knownDatasets()).join(', ')}, or a study whose sources.json has one`,
  );
}

function knownSource(id: string, selection: Selection): Wanted | undefined {
  const datasets = knownDatasets();
  const key = keyOf(id, datasets);
  return key === undefined ? undefined : dataset(key, datasets, `the data of ${id}`, selection);
}

function knownDatasets(): Sources['datasets'] {
  return readSources(hubSourcesFile).datasets;
}

function dataset(key: string, datasets: Sources['datasets'], where: string, { data }: Selection): Wanted {
  if (data === undefined) {
    throw new InputError(
      `--data: not given; expected a folder for the data of ${key}, which \`run\` is then given too`,
    );
  }
  const { repo, revision, files, sha256 = {} } = sourceAt(key, datasets);
  const paths = Object.keys(files);
  return { kind: 'dataset', name: key, repo, revision, files: paths, sha256, folder: data, targets: files, where };
}

function sourceAt(key: string, datasets: Sources['datasets']): DatasetSource {
  const source = datasets[key];
  if (source === undefined) throw new Error(`no source has the key ${key}`);
  return source;
}

/** Undefined where they are there. What is there in part, or is malformed, is not. */
async function missingData(id: string, { data }: Selection, services: Services): Promise<InputError | undefined> {
  const roots = [...(data !== undefined && existsSync(data) ? [data] : []), await services.embeddedDataRoot()];
  try {
    await readTraining(id, createDataReader(roots));
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** The key of a task's source: its id in any spelling, as folders have others, or its suite. */
function keyOf(id: string, datasets: Sources['datasets']): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9/]/g, '');
  const keys = Object.keys(datasets);
  return keys.find((key) => plain(key) === plain(id)) ?? keys.find((key) => plain(key) === plain(dirname(id)));
}

function tasksOf({ study }: StudyFile): string[] {
  const ids = study.tasks.flatMap(({ task, trainOn }) => [task, ...(trainOn === undefined ? [] : [trainOn])]);
  return ids.flatMap(taskIdsOf);
}
