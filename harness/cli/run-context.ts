// What a run is told beside its configuration: where its data and weights lie, what computes it, and for whom.
import { join } from 'node:path';
import type { RunRecord } from '../records/schema.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import type { OverlapCounts } from './count-overlap.ts';

/** Where data and weights are looked for. */
export interface Sources {
  /** Data folders, the first taking precedence. */
  readonly dataRoots: readonly string[];
  /** Where models that are no preset and no path are looked for. */
  readonly modelsDir: string | undefined;
  /** What relative paths of models start from; absent where no study is. */
  readonly studyFolder?: string;
  /** The study as it was given, as messages name it; absent where it is the one in its folder. */
  readonly studyFile?: string;
}

/** As messages name the study. */
export function studyFileOf({ studyFile, studyFolder = '' }: Sources): string {
  return studyFile ?? join(studyFolder, 'study.json');
}

/** What computes a run, for its record; not asked anew at each run, as files may change while a study runs. */
export type Code = Omit<RunRecord['code'], 'semantics'>;

/** What a run is told beside its configuration; none of it decides its result beyond the last bits. */
export interface RunContext extends Sources {
  /** The study's name, for the record. */
  readonly study: string;
  readonly search: RunRecord['search'];
  readonly code: Code;
  /** For the record: found once for all runs of a task, in none of their processes. */
  readonly overlap: OverlapCounts;
  /** Backends agree within the tolerance of float32, not bit for bit. */
  readonly backend: BackendName;
  /** Undefined: the backend's own. */
  readonly device: Device | undefined;
  readonly threads: number;
  /** Runs that are executed at once. */
  readonly jobs: number;
  /** The folder that what was learned goes to, below the run's id; undefined where it is not kept. */
  readonly adapters?: string | undefined;
}

/** What computes. */
export type Place = Pick<RunRecord['environment'], 'backend' | 'device'>;
