// What `fetch` is to fetch: of a study's models and tasks, or those that are named, those that the hub is known to have.
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import { taskIdsOf } from '../contracts/task-id.ts';
import { check, unknownName } from '../contracts/validate.ts';
import { type ModelSource, ModelSourceSchema, readSources, type Sources } from '../hub/sources.ts';
import type { Wanted } from '../hub/wanted.ts';
import { PRESETS } from '../models/presets.ts';
import { isRelativePath } from '../study/model-path.ts';
import { readStudy, type StudyFile } from '../study/read.ts';
import type { Services } from './services.ts';
import { dataset, type Found, keyOf, namedTask, studyTask } from './wanted-data.ts';

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
  for (const id of new Set(task.flatMap(taskIdsOf))) await look(() => namedTask(id, selection.data, services));
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
    await look(() => ({ wanted: dataset(key, sources.datasets, `${file}: datasets.${key}`, selection.data) }));
  }
  for (const id of tasks) {
    if (keyOf(id, sources.datasets) !== undefined) continue;
    await look(() => (isAll ? studyTask(id, selection.data, services) : namedTask(id, selection.data, services)));
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
  throw new InputError(
    `--models: not given, nor PEFTBENCH_MODELS; expected a folder for ${name}, which \`run\` is then given too`,
  );
}

function tasksOf({ study }: StudyFile): string[] {
  const ids = study.tasks.flatMap(({ task, trainOn }) => [task, ...(trainOn === undefined ? [] : [trainOn])]);
  return ids.flatMap(taskIdsOf);
}
