// What the commands need from the rest, behind one interface: loaded when first asked for, replaceable in tests.

import type { Task, TrainingSet } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { CostInputs } from '../cost/run-cost.ts';
import type { RunRecord } from '../records/schema.ts';
import type { Catalogue } from '../study/read.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import type { OverlapCounts } from './count-overlap.ts';
import type { Place, RunContext, Sources } from './run-context.ts';
import type { Workers } from './workers.ts';

export interface Services {
  /** Models are looked for only where the sources are given. */
  catalogue(sources?: Pick<Sources, 'modelsDir'>): Promise<Catalogue>;
  tasks(): Promise<readonly Task[]>;
  trainingSets(): Promise<readonly TrainingSet[]>;
  /** The data that comes with the project. */
  embeddedDataRoot(): Promise<string>;
  /** The run's id. @throws InputError if the model, the data or the method's options will not do */
  identifyRun(config: RunConfig, sources: Sources): Promise<string>;
  /**
   * What a run's cost follows from; of models and data that are not here, as far as that is known.
   * @throws MissingInput where it is not; InputError for what will not do
   */
  costInputs(config: RunConfig, sources: Sources): Promise<CostInputs>;
  /** Operations a second of a large matrix product on this machine, with so many threads: measured now. */
  matrixRate(threads: number): Promise<number>;
  /** What the run's limits ask for beyond the data that are there, a line each. */
  limitNotes(config: RunConfig, sources: Sources): Promise<readonly string[]>;
  /** Starts a backend, so that its absence is found before anything is written. @throws InputError where it, or the device, is absent */
  requireBackend(backend: BackendName, device: Device | undefined): Promise<Place>;
  /**
   * How much of what a run is scored on repeats what it is trained on: searched for once a process and task, and with
   * `folder`, a study's, once for the same texts.
   */
  countOverlap(config: RunConfig, sources: Sources, folder: string | undefined): Promise<OverlapCounts>;
  /** @throws InputError where what a run learns cannot be kept as an adapter */
  requireKeepable(config: RunConfig, sources: Sources): Promise<void>;
  /** The record of a run whose process ended before it could write one. `message` is one line. */
  failedRecord(config: RunConfig, context: RunContext, message: string): Promise<RunRecord>;
  /** Processes that execute runs. */
  startWorkers(): Promise<Workers>;
}

/** Imported once: to resolve a module takes a while, and a study has thousands of runs. */
let imported: Promise<typeof import('./execute-run.ts')> | undefined;

function executing() {
  imported ??= import('./execute-run.ts');
  return imported;
}

/** Products that a rate is the best of. */
const PRODUCTS = 4;

export const services: Services = {
  async catalogue(sources) {
    const [{ METHODS }, { TASKS, TRAINING_SETS }, { locateModel }] = await Promise.all([
      import('../../methods/index.ts'),
      import('../../datasets/index.ts'),
      import('../models/load.ts'),
    ]);
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
    const names = { methods: METHODS, taskIds: ids(TASKS), trainingSetIds: ids(TRAINING_SETS) };
    if (sources === undefined) return names;
    return { ...names, locateModel: (name, folder) => locateModel(name, sources.modelsDir, folder) };
  },
  async tasks() {
    return (await import('../../datasets/index.ts')).TASKS;
  },
  async trainingSets() {
    return (await import('../../datasets/index.ts')).TRAINING_SETS;
  },
  async embeddedDataRoot() {
    return (await import('../../datasets/index.ts')).embeddedDataRoot;
  },
  async identifyRun(config, sources) {
    return (await executing()).identifyRun(config, sources);
  },
  async costInputs(config, sources) {
    return (await import('./cost-inputs.ts')).costInputsOf(config, sources);
  },
  async matrixRate(threads) {
    const [{ useBackend }, { measureMatrixProduct }] = await Promise.all([
      import('../tensor/index.ts'),
      import('../training/bench.ts'),
    ]);
    useBackend('onnx', { threads });
    return 1e9 * measureMatrixProduct(PRODUCTS);
  },
  async limitNotes(config, sources) {
    return (await executing()).limitNotes(config, sources);
  },
  async requireBackend(backend, device) {
    return (await import('./require-backend.ts')).requireBackend(backend, device);
  },
  async countOverlap(config, sources, folder) {
    return (await executing()).countOverlapOf(config, sources, folder);
  },
  async requireKeepable(config, sources) {
    return (await executing()).requireKeepable(config, sources);
  },
  async failedRecord(config, context, message) {
    return (await executing()).failedRecord(config, context, message);
  },
  async startWorkers() {
    return (await import('./workers.ts')).startWorkers();
  },
};
