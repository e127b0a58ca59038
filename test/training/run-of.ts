// Runs of a method on data made by hand, for tests: what is not said is as a study has it.
import type { Task, TaskData } from '../../harness/contracts/dataset.ts';
import type { Method } from '../../harness/contracts/method.ts';
import { type RunConfig, type Training, TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { openModel } from '../../harness/models/load.ts';
import type { BackendName } from '../../harness/tensor/backend-names.ts';
import { type RunInputs, type RunOutcome, runTraining } from '../../harness/training/run.ts';
import { fixturePath } from '../fixtures.ts';

export interface Tried {
  /** A folder of test/fixtures. */
  readonly model: string;
  readonly method: Method;
  readonly options: object;
  readonly learningRate: number;
  /** Of the head; the method's where absent. */
  readonly headLearningRate?: number;
  readonly task: Pick<Task, 'id' | 'metrics'>;
  readonly data: TaskData;
  readonly protocol?: RunConfig['task']['protocol'];
  readonly beams?: number;
  readonly training: Partial<Training>;
  readonly threads: number;
  /** Onnx where absent. */
  readonly backend?: BackendName;
  readonly onLearned?: RunInputs['onLearned'];
}

/** @throws Error where the run does not complete */
export async function runOf(tried: Tried): Promise<Extract<RunOutcome, { status: 'completed' }>> {
  const outcome = await outcomeOf(tried);
  if (outcome.status !== 'completed') throw new Error(outcome.error.message);
  return outcome;
}

export async function outcomeOf(tried: Tried): Promise<RunOutcome> {
  const {
    model,
    method,
    options,
    learningRate,
    task,
    data,
    protocol = null,
    beams = 1,
    training,
    threads,
    onLearned,
  } = tried;
  return runTraining({
    config: {
      purpose: 'final',
      model,
      method: {
        label: method.title,
        name: method.name,
        options: checkWithDefaults(method.optionsSchema, options, { file: 'test' }),
        learningRate,
        headLearningRate: tried.headLearningRate ?? learningRate,
      },
      task: {
        ...{ id: task.id, limitTrain: null, limitEval: null, holdout: null },
        ...{ trainOn: null, protocol, shots: 0, beams },
      },
      training: checkWithDefaults(TrainingSchema, training, { file: 'test' }),
      seed: 4,
    },
    model: await openModel(fixturePath(model), undefined),
    method,
    task: { ...task, title: task.id, kind: data.kind, licence: LICENCE, read: async () => data },
    data,
    files: [],
    backend: tried.backend ?? 'onnx',
    threads,
    onProgress: () => {},
    ...(onLearned && { onLearned }),
  });
}

const LICENCE = { name: 'none', url: 'https://example.org' };
