// The studies that are committed, as the paper's tables are filled from them, and their records as the files have them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TASKS, TRAINING_SETS } from '../../../datasets/index.ts';
import { readRecords, runsFolder } from '../../../harness/records/store.ts';
import type { PaperEvidence } from '../../../harness/report/paper/evidence.ts';
import { type CheckedStudy, readStudy } from '../../../harness/study/read.ts';
import { recordsOfStudy } from '../../../harness/study/select.ts';
import { METHODS } from '../../../methods/index.ts';

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
export const CATALOGUE = { methods: METHODS, taskIds: ids(TASKS), trainingSetIds: ids(TRAINING_SETS) };

export const studyFolder = (name: string): string =>
  fileURLToPath(new URL(`../../../results/${name}`, import.meta.url));

export async function committed(name: string): Promise<PaperEvidence & { readonly study: CheckedStudy }> {
  const { study, directory } = readStudy(studyFolder(name), CATALOGUE);
  const { finals } = await recordsOfStudy(study, readRecords(runsFolder(directory)), async () => {
    throw new Error('data and weights are not to be asked');
  });
  return { study, place: `results/${name}`, records: finals, compared: [] };
}

/** What the tests read of a record's file, whatever its version. */
export interface RawRecord {
  readonly schemaVersion: number;
  readonly id: string;
  readonly status: string;
  readonly seed: number;
  readonly losses: readonly number[];
  readonly merges?: readonly { readonly step: number; readonly layers: readonly number[]; readonly norm: number }[];
  readonly config: {
    readonly purpose: string;
    readonly method: { readonly label: string; readonly learningRate: number };
    readonly task: { readonly id: string };
  };
  readonly params: Readonly<Record<string, number>>;
  readonly memory: { readonly trainState: number; readonly peakRss: number };
  readonly metrics: { readonly all: Readonly<Record<string, number>> };
}

/** The final runs of a method on a task, by seed, without any code of the harness. */
export function rawRuns(name: string, label: string, task: string): RawRecord[] {
  const folder = join(studyFolder(name), 'runs');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file): RawRecord => JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .filter(({ config }) => config.purpose === 'final' && config.method.label === label && config.task.id === task)
    .sort((a, b) => a.seed - b.seed);
}
