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
import { scores, type TaskModel } from './loss.ts';
import { cut, type ModelOnTask, scoringOf } from './model-on-task.ts';
import { taskObjective } from './objective.ts';
import { type AskedHashes, createAskedHashes } from './measure/asked.ts';
import { staged } from './measure/staged.ts';
import { valuesOf } from './measure/values-of.ts';
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
  const asked = createAskedHashes();
  const sets = splits.evaluation.map(({ name, examples }) => {
    const prepared = ready(examples);
    for (const [i, example] of examples.entries()) addAsked(asked, name, example, prepared[i] as Prepared);
    return { name, examples: prepared };
  });
  // Trials score held-out examples, which are one set.
  const scoring = data.kind === 'choice' && config.task.holdout === null ? scoringOf(data) : scoringOf({});
  const held = [{ name: 'selection', examples: ready(splits.selection) }];
  return {
    model: encoder,
    objective: taskObjective(model),
    head: head.parameters,
    labelScale,
    train: train.map(({ id, length, sequences }) => ({ id, length, tokens: countTokens(sequences) })),
    batches(indices) {
      const examples = indices.flatMap((index) => train[index] ?? []);
      return cut(examples, microBatchSize).map((part) => batchOf(part, encoder.spec.padTokenId));
    },
    scoring,
    probe() {
      // One sequence alone would be rounded otherwise.
      const batch = batchOf([train[0], train[1] ?? train[0]] as Prepared[], encoder.spec.padTokenId);
      return valuesOf(() => scores(model, () => batch, staged));
    },
    evaluate: (onProgress) => ({
      ...evaluate(model, sets, task.metrics, scoring, evalBatchSize, onProgress),
      asked: asked.sets(),
    }),
    selection:
      splits.selection.length === 0
        ? null
        : {
            examples: splits.selection.length,
            evaluate: (onProgress) => evaluate(model, held, task.metrics, scoringOf({}), evalBatchSize, onProgress),
          },
  };
}

function countTokens(sequences: Prepared['sequences']): number {
  return sequences.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** The texts of each sequence; of its tokens, their types too. */
function addAsked(
  asked: AskedHashes,
  set: string,
  example: TextExample | ChoiceExample,
  { sequences }: Prepared,
): void {
  const texts = 'options' in example ? example.options.map((option) => [example.question, option]) : [example.texts];
  asked.add(
    set,
    texts,
    sequences.flatMap(({ ids, typeIds }) => [ids, typeIds]),
  );
}
