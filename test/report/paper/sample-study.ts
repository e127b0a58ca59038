// A study made by hand with records of the published form: sweeps of LoRA's rank and of XGBLoRA's kappa, two tasks, three seeds.
import type { RunConfig } from '../../../harness/contracts/run-config.ts';
import type { CompletedRecord } from '../../../harness/records/schema.ts';
import type { PaperEvidence } from '../../../harness/report/paper/evidence.ts';
import { expand } from '../../../harness/study/expand.ts';
import { type CheckedStudy, parseStudy } from '../../../harness/study/read.ts';
import { completed, idOf } from '../../records/sample.ts';
import { CATALOGUE } from './committed.ts';

const lora = (r: number, label: string) => ({
  method: 'lora',
  label,
  options: { r, alpha: 2 * r },
  learningRate: 1e-3,
});
const xgblora = (stepsPerBooster: number, layersPerBooster: number, label: string) => ({
  ...{ method: 'xgblora', label, options: { stepsPerBooster, layersPerBooster }, learningRate: 1e-2 },
});

export const STUDY = {
  name: 'sample',
  models: ['tiny'],
  methods: [
    lora(8, 'lora'),
    lora(2, 'low'),
    lora(32, 'high, wide'),
    xgblora(8, 2, 'xgblora'),
    xgblora(2, 2, 'short'),
    xgblora(32, 2, 'long'),
    xgblora(8, 4, 'thick'),
  ],
  tasks: ['glue/stsb', 'glue/mrpc'],
  seeds: [0, 1, 2],
};

export const parse = (study: object): CheckedStudy => parseStudy(JSON.stringify(study), 'study.json', CATALOGUE);

export const configsOf = (study: CheckedStudy): RunConfig[] =>
  expand(study).finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));

/** Each run with a score, counts and costs of its own, by its place in the study. */
export function recordOf(config: RunConfig, index: number): CompletedRecord {
  const record = completed(config, null, [2, 1 + index / 100]);
  const score = 0.5 + ((index * 37) % 100) / 1000;
  const name = config.task.id === 'glue/stsb' ? 'pearson' : 'accuracy';
  const other = config.task.id === 'glue/stsb' ? 'spearman' : 'f1';
  const { r = 1, stepsPerBooster } = config.method.options;
  const boosters = typeof stepsPerBooster === 'number' ? 64 / stepsPerBooster : 1;
  const trainable = 100 * Number(r);
  return {
    ...record,
    id: idOf(config),
    params: { ...record.params, trainable, trainableCumulative: trainable * boosters },
    metrics: { ...record.metrics, primary: { name, value: score }, all: { [name]: score, [other]: score / 2 } },
    memory: { ...record.memory, trainState: 16 * trainable, peakRss: 1e8 + index },
  };
}

export function evidenceOf(study: CheckedStudy, place = 'results/sample'): PaperEvidence {
  return { study, place, records: configsOf(study).map(recordOf), compared: [] };
}
