// Confounds planted in copies of real records: the audit names each, and nothing in a study without any.
import { describe, expect, it } from 'vitest';
import { audit } from '../../harness/audit/audit.ts';
import { DEFAULT_RULES } from '../../harness/audit/read-rules.ts';
import { hashLosses } from '../../harness/contracts/attestation.ts';
import type { Training } from '../../harness/contracts/run-config.ts';
import type { CompletedRecord, RunRecord } from '../../harness/records/schema.ts';
import { sha } from '../records/sample.ts';
import { AXES, changed, cleanStudy, isCompleted, scaleOf, throughFile, withId, withScore } from './quick-study.ts';

const CLEAN = cleanStudy();

const findings = (records: readonly RunRecord[], axes = AXES) =>
  audit(records.map(throughFile), axes, DEFAULT_RULES.rules, scaleOf);

type Change = (record: CompletedRecord) => RunRecord;

/** The study with another row of LoRA. */
const inLora = (change: Change): RunRecord[] =>
  CLEAN.map((record) => (isFinal(record, 'lora') ? change(record) : record));
const inSeed = (seed: number, change: Change): RunRecord[] =>
  CLEAN.map((record) => (isFinal(record, 'lora') && record.seed === seed ? change(record) : record));
const inAll = (change: Change): RunRecord[] =>
  CLEAN.map((record) => (record.config.purpose === 'final' ? change(record) : record));
const trained = (training: Partial<Training>): RunRecord[] =>
  inLora((record) => withId(changed(record, (config) => ({ training: { ...config.training, ...training } }))));
const environment = (fields: Partial<RunRecord['environment']>): RunRecord[] =>
  inLora((record) => ({ ...record, environment: { ...record.environment, ...fields } }));
const code = (fields: Partial<RunRecord['code']>): RunRecord[] =>
  inLora((record) => ({ ...record, code: { ...record.code, ...fields } }));
const dataset = (fields: Partial<RunRecord['dataset']>): RunRecord[] =>
  inLora((record) => withId({ ...record, dataset: { ...record.dataset, ...fields } }));

function isFinal({ config }: RunRecord, label: string): boolean {
  return config.purpose === 'final' && config.method.label === label;
}

const options =
  (fields: object): Change =>
  (record) =>
    withId(changed(record, ({ method }) => ({ method: { ...method, options: { ...method.options, ...fields } } })));

/** The run cut after so many steps. */
const after =
  (steps: number): Change =>
  (record) => {
    const losses = record.losses.slice(0, steps);
    return {
      ...record,
      losses,
      trained: { ...record.trained, steps, examples: 8 * steps },
      merges: [],
      memory: { ...record.memory, rss: steps === 0 ? null : record.memory.rss && { ...record.memory.rss, n: steps } },
      time: { ...record.time, ...(steps === 0 && { tokensPerSecond: null }) },
      evaluations: record.evaluations.map((evaluation) => ({ ...evaluation, step: steps })),
      attestation: { ...record.attestation, lossTraceSha256: hashLosses(losses) },
    };
  };

/** The trials of LoRA, and what its final runs say of them. */
function inTrials(change: (trial: CompletedRecord) => CompletedRecord): RunRecord[] {
  const ids = new Map<string, string>();
  const trials = CLEAN.map((record) => {
    if (record.config.purpose !== 'search' || record.config.method.label !== 'lora') return record;
    const trial = withId(change(record));
    ids.set(record.id, trial.id);
    return trial;
  });
  return trials.map((record) => ({
    ...record,
    search:
      record.search === null ? null : record.search.map((entry) => ({ ...entry, id: ids.get(entry.id) ?? entry.id })),
  }));
}

const failed: Change = ({ losses, error: _, ...record }) => {
  const {
    schemaVersion,
    id,
    study,
    config,
    seed,
    model,
    dataset: data,
    search,
    environment: place,
    code: own,
  } = record;
  const shared = {
    schemaVersion,
    id,
    study,
    config,
    seed,
    model,
    dataset: data,
    search,
    environment: place,
    code: own,
  };
  return { ...shared, status: 'failed', losses, error: { message: 'out of memory', step: losses.length } };
};

const PLANTED: readonly (readonly [string, () => RunRecord[], readonly string[]])[] = [
  ['another scale', () => inLora(options({ alpha: 128 })), ['scale']],
  ['fewer target maps', () => inLora(options({ targets: ['q', 'v'] })), ['targets']],
  ['fewer steps', () => inLora(after(40)), ['examples', 'steps']],
  ['more epochs', () => trained({ epochs: 2 }), ['epochs']],
  ['another batch', () => trained({ batchSize: 16 }), ['batchSize']],
  ['shorter inputs', () => trained({ maxLength: 64 }), ['maxLength']],
  ['a loss on the prompt too', () => trained({ lossOn: 'all' }), ['lossOn']],
  ['another form of text', () => trained({ textForm: 'question' }), ['textForm']],
  ['labels on their raw scale', () => trained({ labelScale: 'raw' }), ['labelScale']],
  ['dropout', () => trained({ dropout: 0.1 }), ['dropout']],
  ['another schedule', () => trained({ schedule: 'constant' }), ['schedule']],
  ['no warm-up', () => trained({ warmup: 0 }), ['warmup']],
  ['no clipping', () => trained({ clip: 0 }), ['clip']],
  ['a base in fewer bits', () => trained({ basePrecision: 'q4' }), ['basePrecision']],
  ['no weight decay', () => trained({ weightDecay: 0 }), ['weightDecay']],
  ['another optimiser', () => trained({ beta2: 0.95 }), ['beta2']],
  [
    'a rate of its own for the head',
    () => inLora((record) => changed(record, ({ method }) => ({ method: { ...method, headLearningRate: 1e-3 } }))),
    ['headLearningRate'],
  ],
  [
    'fewer trials',
    () =>
      inLora((record) => ({
        ...record,
        search:
          record.search === null
            ? null
            : record.search.filter(({ learningRate }) => learningRate <= record.config.method.learningRate),
      })),
    ['trials', 'edge'],
  ],
  [
    'more held-out examples',
    () => inTrials((trial) => changed(trial, ({ task }) => ({ task: { ...task, holdout: 128 } }))),
    ['holdout'],
  ],
  [
    'longer trials',
    () => inTrials((trial) => ({ ...trial, trained: { ...trial.trained, examples: 1280 } })),
    ['trialExamples'],
  ],
  ['other data', () => dataset({ sha256: sha('other') }), ['data']],
  [
    'other weights',
    () => inLora((record) => withId({ ...record, model: { ...record.model, sha256: sha('other') } })),
    ['weights'],
  ],
  ['fewer training examples', () => dataset({ train: { read: 5749, drawn: 320 } }), ['drawn']],
  ['another overlap', () => dataset({ overlap: { exact: 7, near: 9 } }), ['overlap']],
  [
    'fewer scored examples',
    () => dataset({ evaluation: { read: 1500, scored: [{ set: 'validation', examples: 100 }] } }),
    ['scored'],
  ],
  [
    'another protocol',
    () => inLora((record) => withId(changed(record, ({ task }) => ({ task: { ...task, protocol: 'generate' } })))),
    ['protocol'],
  ],
  [
    'another order of the batches',
    () => inLora((record) => ({ ...record, attestation: { ...record.attestation, dataOrderSha256: sha(record.id) } })),
    ['order'],
  ],
  ['another processor', () => environment({ cpu: 'Intel Xeon' }), ['cpu']],
  ['more threads', () => environment({ threads: 8 }), ['threads']],
  ['another device', () => environment({ device: 'webgpu' }), ['device']],
  ['another runtime', () => environment({ runtime: 'onnxruntime-node 1.31.0' }), ['runtime']],
  ['another node', () => environment({ node: 'v24.0.0' }), ['node']],
  ['several runs at once', () => environment({ jobs: 2 }), ['jobs']],
  ['another version', () => code({ version: '0.2.0' }), ['version']],
  ['other sources', () => code({ sourcesSha256: sha('other') }), ['sources']],
  ['a dirty tree', () => code({ dirty: true }), ['dirty']],
  [
    'a method that changed between seeds',
    () => inSeed(1, (record) => ({ ...record, code: { ...record.code, methodSha256: sha('other') } })),
    ['methodSources'],
  ],
  [
    'a seed that is missing',
    () => CLEAN.filter((record) => !(isFinal(record, 'lora') && record.seed === 2)),
    ['missing', 'seeds'],
  ],
  ['a seed that failed', () => inSeed(2, failed), ['failed', 'seeds']],
  ['seeds that collapsed', () => inLora((record) => withScore(record, 0.25)), ['oneScore']],
  [
    'one booster',
    () =>
      inAll((record) => ({
        ...record,
        params: { ...record.params, trainableCumulative: record.params.trainable },
      })),
    ['boosters'],
  ],
  [
    'a rate at the edge',
    () =>
      inLora((record) => ({
        ...record,
        search:
          record.search === null
            ? null
            : record.search.map((entry) =>
                entry.learningRate > record.config.method.learningRate
                  ? { ...entry, learningRate: record.config.method.learningRate / 4 }
                  : entry,
              ),
      })),
    ['edge'],
  ],
];

describe('the audit', () => {
  it('finds nothing in a study that differs in the method alone', () => {
    expect(CLEAN).toHaveLength(3 * (3 + 3));
    expect(findings(CLEAN)).toEqual([]);
  });

  it.each(PLANTED)('names %s, and nothing else', (_what, plant, rules) => {
    expect(
      findings(plant())
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual([...rules].sort());
  });

  it.each<[string, (record: CompletedRecord) => object, string]>([
    [
      'another checkpoint',
      ({ config }) => ({
        config: {
          ...config,
          training: { ...config.training, selection: config.method.name === 'lora' ? 'best' : 'last' },
        },
      }),
      'selection',
    ],
    [
      'more tokens',
      ({ config, seed, trained: own }) => ({
        trained: { ...own, tokens: 1000 * seed + (config.method.name === 'lora' ? 1 : 0) },
      }),
      'tokens',
    ],
    [
      'other prompts',
      ({ config }) => ({
        asked: [{ set: 'validation', promptsSha256: sha(config.method.name === 'lora' ? 'lora' : 'all') }],
      }),
      'prompts',
    ],
    [
      'a collapsed model',
      ({ config, seed }) => ({ collapsed: { overall: config.method.name === 'lora' && seed === 1, sets: [] } }),
      'collapsed',
    ],
  ])('names %s where records tell, and nothing else', (_what, told, rule) => {
    const records = CLEAN.map((record) =>
      record.config.purpose === 'final' ? Object.assign({}, record, told(record)) : record,
    );
    const found = audit(records, AXES, DEFAULT_RULES.rules, scaleOf);
    expect(found.map((each) => [each.rule, each.level])).toEqual([[rule, 'error']]);
    expect(found[0]?.rows.map(({ label }) => label)).toContain('lora');
  });

  it('says in which rows, with which values of which seeds', () => {
    const [finding] = findings(
      inSeed(1, (record) => ({ ...record, environment: { ...record.environment, threads: 4 } })),
    );
    expect(finding).toMatchObject({
      ...{ rule: 'threads', key: 'environment.threads', level: 'warning', model: 'minilm-l6', tasks: ['glue/stsb'] },
      rows: [
        { label: 'full', values: [2], seeds: [[0, 1, 2]] },
        { label: 'lora', values: [2, 4], seeds: [[0, 2], [1]] },
        { label: 'xgblora', values: [2], seeds: [[0, 1, 2]] },
      ],
    });
  });

  it('tells what is alike on several tasks once, errors first', () => {
    const again = trained({ epochs: 2 }).map((record) =>
      throughFile({
        ...changed(record, ({ task }) => ({ task: { ...task, id: 'glue/rte' } })),
        dataset: { ...record.dataset, task: 'glue/rte' },
      }),
    );
    const both = [...trained({ epochs: 2, weightDecay: 0 }), ...again];
    const found = findings(both, { ...AXES, tasks: ['glue/stsb', 'glue/rte'] });
    expect(found.map(({ rule, level, tasks }) => [rule, level, tasks])).toEqual([
      ['epochs', 'error', ['glue/stsb', 'glue/rte']],
      ['weightDecay', 'warning', ['glue/stsb']],
    ]);
  });

  it('does not ask of a model that is scored as it is how it was trained', () => {
    const asItIs = inLora(
      (record) =>
        ({
          ...after(0)(changed(record, ({ training }) => ({ training: { ...training, epochs: 7 } })) as CompletedRecord),
          params: { ...record.params, trainable: 0, trainableCumulative: 0, stored: 0, storedBytes: 0, head: 0 },
          search: null,
        }) as RunRecord,
    );
    expect(findings(asItIs)).toEqual([]);
  });

  it('asks a row of one method too', () => {
    const own = CLEAN.filter(isCompleted).filter(({ config }) => config.method.label === 'lora');
    expect(findings(own, { ...AXES, labels: ['lora'] })).toEqual([]);
    expect(findings(own, AXES).map(({ rule, rows }) => [rule, rows.map(({ label }) => label)])).toEqual([
      ['missing', ['full', 'xgblora']],
    ]);
  });
});
