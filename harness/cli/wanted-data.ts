// The data that `fetch` is to fetch: by a study's sources, or by what is known of the tasks' data on the hub.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { hubSourcesFile, readTraining } from '../../datasets/index.ts';
import { InputError } from '../contracts/input-error.ts';
import { unknownName } from '../contracts/validate.ts';
import { createDataReader } from '../formats/data-reader.ts';
import { type DatasetSource, readSources, type Sources } from '../hub/sources.ts';
import type { Wanted } from '../hub/wanted.ts';
import type { Services } from './services.ts';

/** One thing that was asked for: what to fetch of it, or why nothing; empty where it is there. */
export interface Found {
  readonly wanted?: Wanted;
  readonly note?: string;
}

/** Of a task of the study: nothing where its data are there. */
export async function studyTask(id: string, folder: string | undefined, services: Services): Promise<Found> {
  const missing = await missingData(id, folder, services);
  if (missing === undefined) return {};
  const known = knownSource(id, folder);
  return known === undefined ? { note: `${missing.message}; no source of them is known` } : { wanted: known };
}

/** Of a task that is named: fetched wherever else its data are. */
export async function namedTask(id: string, folder: string | undefined, services: Services): Promise<Found> {
  const ids = [...(await services.tasks()), ...(await services.trainingSets())].map((each) => each.id);
  if (!ids.includes(id)) throw unknownName('--task', 'task', id, ids);
  const known = knownSource(id, folder);
  if (known !== undefined) return { wanted: known };
  throw new InputError(
    `--task: no source of ${id} is known; expected one of ${Object.keys(knownDatasets()).join(', ')}, or a study whose sources.json has one`,
  );
}

function knownSource(id: string, folder: string | undefined): Wanted | undefined {
  const datasets = knownDatasets();
  const key = keyOf(id, datasets);
  return key === undefined ? undefined : dataset(key, datasets, `the data of ${id}`, folder);
}

function knownDatasets(): Sources['datasets'] {
  return readSources(hubSourcesFile).datasets;
}

export function dataset(key: string, datasets: Sources['datasets'], where: string, folder: string | undefined): Wanted {
  if (folder === undefined) {
    throw new InputError(
      `--data: not given, nor PEFTBENCH_DATA; expected a folder for the data of ${key}, which \`run\` is then given too`,
    );
  }
  const { repo, revision, files, sha256 = {} } = sourceAt(key, datasets);
  const paths = Object.keys(files);
  return { kind: 'dataset', name: key, repo, revision, files: paths, sha256, folder, targets: files, where };
}

function sourceAt(key: string, datasets: Sources['datasets']): DatasetSource {
  const source = datasets[key];
  if (source === undefined) throw new Error(`no source has the key ${key}`);
  return source;
}

/** Undefined where they are there. What is there in part, or is malformed, is not. */
async function missingData(
  id: string,
  folder: string | undefined,
  services: Services,
): Promise<InputError | undefined> {
  const roots = [...(folder !== undefined && existsSync(folder) ? [folder] : []), await services.embeddedDataRoot()];
  try {
    await readTraining(id, createDataReader(roots));
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** The key of a task's source: its id in any spelling, as folders have others, or its suite. */
export function keyOf(id: string, datasets: Sources['datasets']): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9/]/g, '');
  const keys = Object.keys(datasets);
  return keys.find((key) => plain(key) === plain(id)) ?? keys.find((key) => plain(key) === plain(dirname(id)));
}
