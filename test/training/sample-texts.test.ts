// Lengths from a sample against those of all texts.
import { beforeAll, describe, expect, it } from 'vitest';
import { readTask } from '../../harness/cli/read-task.ts';
import type { ChoiceExample, TextExample } from '../../harness/contracts/dataset.ts';
import { type RunConfig, TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { embeddedDataRoot } from '../../datasets/index.ts';
import { type OpenedModel, openModel } from '../../harness/models/load.ts';
import { prepare } from '../../harness/training/examples.ts';
import { sampleTexts } from '../../harness/training/sample-texts.ts';
import { type Splits, splitExamples } from '../../harness/training/splits.ts';
import { sampleConfig } from '../records/sample.ts';

let model: OpenedModel;
beforeAll(async () => {
  model = await openModel('minilm-l6', undefined);
});

describe.each(['glue/stsb', 'commonsense/arc-easy', 'commonsense/openbookqa'])('%s', (id) => {
  const training = checkWithDefaults(TrainingSchema, { maxLength: 96 }, { file: 'test' });
  const task = { ...sampleConfig().task, id, limitTrain: 200, limitEval: 100 };
  const config: Pick<RunConfig, 'task' | 'training' | 'seed'> = { task, training, seed: 3 };

  it('finds the longest text, and the mean within a tenth', async () => {
    const { data } = await readTask({ id }, [embeddedDataRoot]);
    const { train, evaluation, source } = sampleTexts(data, config, {
      spec: model.spec,
      tokenizer: model.files.tokenizer,
    });
    const drawn = splitExamples(data as Splits<TextExample | ChoiceExample>, config).train;
    const all = drawn.map((example) => prepare(example, model.files.tokenizer, training.maxLength));
    const lengths = all.map(({ length }) => length);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect([source, train.examples, evaluation.examples]).toEqual(['data', 200, 100]);
    expect(train.sequences).toBe(Math.max(...all.map(({ sequences }) => sequences.length)));
    // The longest in characters is not always the longest in tokens.
    expect(train.longest / Math.max(...lengths)).toBeGreaterThan(0.85);
    expect(train.longest).toBeLessThanOrEqual(Math.max(...lengths));
    expect(train.mean / mean).toBeGreaterThan(0.9);
    expect(train.mean / mean).toBeLessThan(1.1);
  });
});
