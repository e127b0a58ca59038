// The records of results/quick on STS-B, made a study in which methods differ in nothing else: the same scale, three seeds,
// and rates from the middle of grids of three.
import { fileURLToPath } from 'node:url';
import type { CompletedRecord, RunRecord } from '../../harness/records/schema.ts';
import { parseRecord, readRecords, recordText } from '../../harness/records/store.ts';
import { runId } from '../../harness/study/run-id.ts';
import { METHODS } from '../../methods/index.ts';

export const QUICK = fileURLToPath(new URL('../../results/quick/', import.meta.url));

export const AXES = {
  models: ['minilm-l6'],
  labels: ['full', 'lora', 'xgblora'],
  tasks: ['glue/stsb'],
  seeds: [0, 1, 2],
};

export const scaleOf = ({ name, options }: RunRecord['config']['method']): number | undefined =>
  METHODS.find((method) => method.name === name)?.updateScale?.(options);

/** A record under the id that its configuration has. */
export function withId<R extends RunRecord>(record: R): R {
  const { config, model, dataset, code } = record;
  const method = METHODS.find(({ name }) => name === config.method.name);
  if (method === undefined) throw new Error(`no method ${config.method.name}`);
  const { optionsSchema } = method;
  const hashes = { modelSha256: model.sha256, datasetSha256: dataset.sha256, semantics: code.semantics ?? 0 };
  return { ...record, id: runId({ config, optionsSchema, ...hashes }) };
}

/** As a file would give it back: it fits its schema and does not contradict itself. */
export function throughFile(record: RunRecord): RunRecord {
  return parseRecord(recordText(record, 'test'), 'test');
}

export function isCompleted(record: RunRecord): record is CompletedRecord {
  return record.status === 'completed';
}

export function cleanStudy(): CompletedRecord[] {
  const own = readRecords(`${QUICK}runs`)
    .filter(isCompleted)
    .filter(({ config }) => config.task.id === 'glue/stsb')
    .map((record) => withId(changed(record, ({ method }) => ({ method: { ...method, ...sameScale(method) } }))));
  return AXES.labels.flatMap((label) => {
    const rows = own.filter(({ config }) => config.method.label === label);
    const finals = rows.filter(({ config }) => config.purpose === 'final').sort((a, b) => a.seed - b.seed);
    const trials = rows.filter(({ config }) => config.purpose === 'search');
    const [best] = finals.map(({ config }) => config.method.learningRate);
    const worse = trials.find(({ config }) => config.method.learningRate !== best);
    const [, last] = finals;
    if (best === undefined || worse === undefined || last === undefined) throw new Error(`no search of ${label}`);
    // The best rate is the larger of the two that there were.
    const beyond = withId(changed(worse, ({ method }) => ({ method: { ...method, learningRate: 3 * best } })));
    const all = [...trials, beyond];
    const search = all.map(({ id, config, metrics }) => ({
      ...{ id, learningRate: config.method.learningRate, value: metrics.primary.value },
    }));
    const third = withId({ ...changed(last, () => ({ seed: 2 })), seed: 2 });
    const score = (last.metrics.primary.value ?? 0) / 2;
    return [...all, ...[...finals, withScore(third, score)].map((final) => ({ ...final, search }))];
  });
}

/** With another primary metric, which the predictions are not asked about. */
export function withScore(record: CompletedRecord, value: number): CompletedRecord {
  const { metrics, evaluations } = record;
  const all = { ...metrics.all, [metrics.primary.name]: value };
  return {
    ...record,
    metrics: { ...metrics, primary: { ...metrics.primary, value }, all },
    evaluations: evaluations.map(({ step }) => ({ step, metrics: all })),
  };
}

/** With other parts of its configuration. */
export function changed<R extends RunRecord>(
  record: R,
  change: (config: RunRecord['config']) => Partial<RunRecord['config']>,
): R {
  return { ...record, config: { ...record.config, ...change(record.config) } };
}

function sameScale({ name, options }: RunRecord['config']['method']) {
  return name === 'xgblora' ? { options: { ...options, scale: 2 } } : {};
}
