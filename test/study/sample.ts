// A study made by hand and the names it may use, for tests.
import type { Method } from '../../harness/contracts/method.ts';
import { full } from '../../methods/full.ts';
import { lora } from '../../methods/lora.ts';
import { type Catalogue, type CheckedStudy, parseStudy } from '../../harness/study/read.ts';

const method = (name: string, optionsSchema: Method['optionsSchema']): Method => ({
  name,
  title: name,
  summary: name,
  optionsSchema,
  attach: () => ({ trainable: () => [], finish() {} }),
  count: () => ({ trainable: 0, trainableCumulative: 0, stored: 0 }),
});

export const CATALOGUE: Catalogue = {
  methods: [method('full', full.optionsSchema), method('lora', lora.optionsSchema)],
  taskIds: ['glue/stsb', 'glue/sst2', 'commonsense/arc-easy'],
  trainingSetIds: ['commonsense/170k'],
};

/** Two models, three methods of which two are searched, two tasks, three seeds. */
export const STUDY = {
  name: 'sample',
  models: ['a', 'b'],
  methods: [
    { method: 'full', learningRate: 1e-4 },
    { method: 'lora', learningRate: [1e-3, 3e-3], headLearningRate: 5e-3, options: { r: 4 } },
    { method: 'lora', label: 'lora-long', learningRate: [1e-3, 1e-2], training: { epochs: 5, warmup: 0.2 } },
  ],
  tasks: [
    'glue/stsb',
    { task: 'commonsense/arc-easy', limitTrain: 500, limitEval: 100, training: { batchSize: 8, epochs: 4 } },
  ],
  seeds: [0, 1, 2],
  training: { epochs: 3, batchSize: 16, clip: 2 },
  search: { seed: 77, holdout: 64, limitTrain: 200, training: { epochs: 0.5 } },
};

export const parse = (study: unknown): CheckedStudy => parseStudy(JSON.stringify(study), 'study.json', CATALOGUE);

/** The sample study with another value at the path, or without it where the value is undefined. */
export function changed(path: readonly (string | number)[], value: unknown): unknown {
  return change(STUDY, path, value);
}

function change(whole: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole)) return whole.map((item, index) => (index === key ? change(item, rest, value) : item));
  const object = { ...(whole as Record<string, unknown>) };
  return { ...object, [key]: change(object[key], rest, value) };
}
