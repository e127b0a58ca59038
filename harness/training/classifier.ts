// An encoder with a task head: classes, a value, or a score for each option.
import type { ChoiceExample, Task, TaskData, TextExample } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import type { Encoder } from '../models/encoder.ts';
import { createHead } from '../models/head.ts';
import { streamsOf } from '../random/streams.ts';
import { evaluate } from './evaluate.ts';
import { batchOf, type ExampleBatch, outputsOf, type Prepared, prepare } from './examples.ts';
import { labelScaleOf } from './label-scale.ts';
import type { TaskModel } from './loss.ts';
import { cut, type ModelOnTask, scoringOf } from './model-on-task.ts';
import { taskObjective } from './objective.ts';
import { type Splits, splitExamples } from './splits.ts';

export interface ClassifierInputs {
  readonly config: RunConfig;
  readonly task: Pick<Task, 'metrics'>;
  readonly data: TaskData;
  readonly tokenizer: TextTokenizer;
}

export function createClassifier(
  encoder: Encoder,
  { config, task, data, tokenizer }: ClassifierInputs,
): ModelOnTask<ExampleBatch> {
  const { maxLength, microBatchSize, evalBatchSize } = config.training;
  const head = createHead(encoder, outputsOf(data), streamsOf(config.seed)('init/head'));
  const ready = (examples: readonly (TextExample | ChoiceExample)[]): Prepared[] =>
    examples.map((example) => prepare(example, tokenizer, maxLength));
  const splits = splitExamples<TextExample | ChoiceExample>(data as Splits<TextExample | ChoiceExample>, config);
  const labels = splits.train.map(({ label }) => label);
  const labelScale = labelScaleOf(data, labels, config.training.labelScale);
  const model: TaskModel = { kind: data.kind, encoder, head, labelScale };
  const train = ready(splits.train);
  const sets = splits.evaluation.map(({ name, examples }) => ({ name, examples: ready(examples) }));
  // Trials score held-out examples, which are one set.
  const scoring = data.kind === 'choice' && config.task.holdout === null ? scoringOf(data) : scoringOf({});
  const held = [{ name: 'selection', examples: ready(splits.selection) }];
  return {
    model: encoder,
    objective: taskObjective(model),
    head: head.parameters,
    labelScale,
    train,
    batches(indices) {
      const examples = indices.flatMap((index) => train[index] ?? []);
      return cut(examples, microBatchSize).map((part) => batchOf(part, encoder.spec.padTokenId));
    },
    scoring,
    evaluate: (onProgress) => evaluate(model, sets, task.metrics, scoring, evalBatchSize, onProgress),
    selection:
      splits.selection.length === 0
        ? null
        : {
            examples: splits.selection.length,
            evaluate: (onProgress) => evaluate(model, held, task.metrics, scoringOf({}), evalBatchSize, onProgress),
          },
  };
}
