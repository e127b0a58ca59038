// What the commands need from the rest, behind one interface: loaded when first asked for, replaceable in tests.

import type { Task } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import type { Catalogue } from '../study/read.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import type { Workers } from './workers.ts';

/** Where data and weights are looked for. */
export interface Sources {
  /** Data folders, the first taking precedence. */
  readonly dataRoots: readonly string[];
  /** Where models that are no preset and no path are looked for. */
  readonly modelsDir: string | undefined;
  /** What relative paths of models start from; absent where no study is. */
  readonly studyFolder?: string;
}

/** What a run is told beside its configuration; none of it decides its result beyond the last bits. */
export interface RunContext extends Sources {
  /** The study's name, for the record. */
  readonly study: string;
  readonly search: RunRecord['search'];
  /** Backends agree within the tolerance of float32, not bit for bit. */
  readonly backend: BackendName;
  /** Undefined: the backend's own. */
  readonly device: Device | undefined;
  readonly threads: number;
  /** The folder that what was learned goes to, below the run's id; undefined where it is not kept. */
  readonly adapters?: string | undefined;
}

/** What computes. */
export type Place = Pick<RunRecord['environment'], 'backend' | 'device'>;

export interface Services {
  /** Models are looked for only where the sources are given. */
  catalogue(sources?: Pick<Sources, 'modelsDir'>): Promise<Catalogue>;
  tasks(): Promise<readonly Task[]>;
  /** The data that comes with the project. */
  embeddedDataRoot(): Promise<string>;
  /** The run's id. @throws InputError if the model, the data or the method's options will not do */
  identifyRun(config: RunConfig, sources: Sources): Promise<string>;
  /** Starts a backend, so that its absence is found before anything is written. @throws InputError where it, or the device, is absent */
  requireBackend(backend: BackendName, device: Device | undefined): Promise<Place>;
  /** The record of a run whose process ended before it could write one. `message` is one line. */
  failedRecord(config: RunConfig, context: RunContext, message: string): Promise<RunRecord>;
  /** Processes that execute runs. */
  startWorkers(): Promise<Workers>;
}

export const services: Services = {
  async catalogue(sources) {
    const [{ METHODS }, { TASKS }, { locateModel }] = await Promise.all([
      import('../../methods/index.ts'),
      import('../../datasets/index.ts'),
      import('../models/load.ts'),
    ]);
    const names = { methods: METHODS, taskIds: TASKS.map((task) => task.id) };
    if (sources === undefined) return names;
    return { ...names, locateModel: (name, folder) => locateModel(name, sources.modelsDir, folder) };
  },
  async tasks() {
    return (await import('../../datasets/index.ts')).TASKS;
  },
  async embeddedDataRoot() {
    return (await import('../../datasets/index.ts')).embeddedDataRoot;
  },
  async identifyRun(config, sources) {
    return (await import('./execute-run.ts')).identifyRun(config, sources);
  },
  async requireBackend(backend, device) {
    return (await import('./require-backend.ts')).requireBackend(backend, device);
  },
  async failedRecord(config, context, message) {
    return (await import('./execute-run.ts')).failedRecord(config, context, message);
  },
  async startWorkers() {
    return (await import('./workers.ts')).startWorkers();
  },
};
