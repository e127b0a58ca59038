import { describe, expect, test } from 'vitest';
import { asOfVersion3 } from '../../harness/records/migrate.ts';
import type { CompletedRecord, RunRecord } from '../../harness/records/schema.ts';
import { compareRecords, summaryLine } from '../../harness/report/reproduction.ts';
import { completed, sampleConfig, sha, unfinished } from '../records/sample.ts';

const LOSSES = Array.from({ length: 20 }, (_, step) => 1 / (step + 1));
const recorded = completed(sampleConfig(), 0.8, LOSSES);
const line = (...here: RunRecord[]): string => summaryLine(compareRecords([recorded], here));
const attested = (name: keyof CompletedRecord['attestation']): CompletedRecord => ({
  ...recorded,
  attestation: { ...recorded.attestation, [name]: sha('other') },
});
const start = `Reproduced 0 of 1 records bit for bit; ${recorded.id} (lora, glue/stsb, seed 0)`;

const SCORING = { overall: 'first' as const, groups: {} };

describe('comparison with what version 4 brought', () => {
  const decoder: CompletedRecord = {
    ...recorded,
    model: { ...recorded.model, family: 'decoder' },
    forgetting: { before: 3, after: 3.5 },
  };
  const told = (here: CompletedRecord): string => summaryLine(compareRecords([decoder], [here]));
  const [asked] = decoder.asked ?? [];
  const [merge] = decoder.merges ?? [];
  if (asked === undefined || merge === undefined) throw new Error('the sample tells nothing');

  test.each<[string, Partial<CompletedRecord>, string]>([
    ['storedBytes', { params: { ...decoder.params, storedBytes: 8 } }, 'params.storedBytes (8 here, 240 recorded)'],
    ['tokens', { trained: { ...decoder.trained, tokens: 8 } }, 'trained.tokens (8 here, 800 recorded)'],
    ['prompts', { asked: [{ ...asked, promptsSha256: sha('x') }] }, `asked[0].promptsSha256 ("${sha('x')}" here`],
    ['their tokens', { asked: [{ ...asked, tokensSha256: sha('x') }] }, `asked[0].tokensSha256 ("${sha('x')}" here`],
    ['collapsed', { collapsed: { overall: true, sets: [] } }, 'collapsed.overall (true here, false recorded)'],
    [
      'collapsed sets',
      { collapsed: { overall: false, sets: ['dev'] } },
      'collapsed.sets[0] ("dev" here, none recorded)',
    ],
    ['unreadable', { unreadable: 0.5 }, 'unreadable (0.5 here, none recorded)'],
    ['a merge', { merges: [] }, 'merges[0] (none here, '],
    ["a merge's step", { merges: [{ ...merge, step: 8 }] }, 'merges[0].step (8 here, 20 recorded)'],
    ["a merge's layers", { merges: [{ ...merge, layers: [0] }] }, 'merges[0].layers[1] (none here, 1 recorded)'],
    ["a merge's norm", { merges: [{ ...merge, norm: 9 }] }, 'merges[0].norm (9 here, 0.5 recorded)'],
    ["a merge's logits", { merges: [{ ...merge, logits: 1 }] }, 'merges[0].logits (1 here, 1e-7 recorded)'],
    [
      "a merge's optimiser",
      { merges: [{ ...merge, freshOptimizer: false }] },
      'merges[0].freshOptimizer (false here, none recorded)',
    ],
    ['update', { update: { maps: 1, roles: [], others: null } }, 'update.maps (1 here, 0.01 recorded)'],
    ['forgetting', { forgetting: { before: 3, after: 9 } }, 'forgetting.after (9 here, 3.5 recorded)'],
  ])('names %s', (_what, changes, words) => {
    expect(told({ ...decoder, ...changes })).toContain(`differs first in ${words}`);
  });

  test('but not times and memory', () => {
    const { time, memory } = decoder;
    const slower = {
      time: { ...time, tokensPerSecond: 1, measureSeconds: 9 },
      memory: { ...memory, rss: { mean: 1, p95: 1, n: 20 } },
    };
    expect(told({ ...decoder, ...slower })).toBe('Reproduced 1 of 1 records bit for bit.');
  });

  test('leaves out what an older record does not tell, and nothing else', () => {
    const older: CompletedRecord = { ...asOfVersion3(decoder), schemaVersion: 3 };
    expect(summaryLine(compareRecords([older], [decoder]))).toBe('Reproduced 1 of 1 records bit for bit.');
    expect(told(older)).toBe('Reproduced 1 of 1 records bit for bit.');
    const other = { ...decoder, params: { ...decoder.params, stored: 8 } };
    expect(summaryLine(compareRecords([older], [other]))).toContain('params.stored (8 here, 60 recorded)');
  });

  test('on another backend looks at what rounding has no part in', () => {
    const environment = { ...decoder.environment, backend: 'tensorflow' };
    const rounded = {
      ...{ ...decoder, environment, merges: [{ ...merge, norm: 0.6, logits: 0 }] },
      ...{ update: { maps: 0.02, roles: [], others: null }, forgetting: { before: 3.1, after: 3.6 } },
    };
    expect(told(rounded)).toMatch(/^Reproduced 0 of 1 records bit for bit; 1 was recorded on onnx on cpu/);
    expect(told({ ...rounded, merges: [{ ...merge, layers: [0] }] })).toContain('merges[0].layers[1]');
  });
});

describe('comparison', () => {
  test('of equal records, whatever else was run, and whatever time they took', () => {
    const slower = {
      ...recorded,
      time: { ...recorded.time, totalSeconds: 99 },
      memory: { ...recorded.memory, peakRss: 1 },
    };
    const other = completed(sampleConfig({ seed: 5 }), 0.1);
    expect(line(other, slower)).toBe('Reproduced 1 of 1 records bit for bit.');
  });

  test('names the first step, the runs and the environment in one line', () => {
    const losses = LOSSES.map((loss, step) => (step === 12 || step === 15 ? 0.1 : loss));
    const here = { ...attested('lossTraceSha256'), losses, environment: { ...recorded.environment, cpu: 'B' } };
    expect(line(here)).toBe(
      `${start} differs first at step 12 (loss 0.1 here, ${1 / 13} recorded); environment: cpu "B" here, "A" recorded.`,
    );
  });

  test('sees the last bit of a loss', () => {
    const losses = LOSSES.map((loss, step) => (step === 3 ? loss + Number.EPSILON / 4 : loss));
    expect(losses[3]).not.toBe(LOSSES[3]);
    expect(line({ ...recorded, losses })).toContain('differs first at step 3 ');
  });

  test('names the step where one stopped early', () => {
    expect(line({ ...recorded, losses: LOSSES.slice(0, 7) })).toContain(
      `differs first at step 7 (loss none here, ${1 / 8} recorded)`,
    );
  });

  test.each([
    ['initSha256', 'initial weights'],
    ['dataOrderSha256', 'data order'],
    ['lossTraceSha256', 'loss trace'],
    ['finalWeightsSha256', 'final weights'],
    ['predictionsSha256', 'predictions'],
  ] as const)('names the hash %s', (name, words) => {
    const was = recorded.attestation[name].slice(0, 8);
    const what = `differs first in the ${words} (${name} ${sha('other').slice(0, 8)} here, ${was} recorded)`;
    expect(line(attested(name))).toBe(`${start} ${what}; environment: the same.`);
  });

  test('names the cause before its consequences: data order before losses, losses before weights', () => {
    const losses = LOSSES.map((loss) => loss + 1);
    expect(line({ ...attested('dataOrderSha256'), losses })).toContain('differs first in the data order');
    expect(line({ ...attested('finalWeightsSha256'), losses })).toContain('differs first at step 0');
  });

  test('names a metric that differs, also where it became undefined', () => {
    const metrics = {
      primary: { name: 'pearson', value: null },
      all: { pearson: null, spearman: 0.5 },
      scoring: SCORING,
    };
    expect(line({ ...recorded, metrics })).toContain('differs first in pearson (none here, 0.8 recorded)');
  });

  test('tells of a record that is missing, and of another outcome', () => {
    expect(line()).toBe(`${start} is missing from the rerun; environment: the same.`);
    const failed = unfinished(sampleConfig(), 'failed', 'out of\nmemory');
    expect(line(failed)).toBe(`${start} is failed here (out of memory), completed recorded; environment: the same.`);
  });

  test('reproduces a divergence that diverges alike', () => {
    const diverged = unfinished(sampleConfig(), 'diverged', 'loss is NaN');
    const count = (here: RunRecord) => compareRecords([diverged], [here]).reproduced;
    expect(count({ ...diverged })).toBe(1);
    expect(count({ ...diverged, losses: [0.75] })).toBe(0);
  });

  test('counts the others', () => {
    const many = [0, 1, 2, 3].map((seed) => completed(sampleConfig({ seed }), 0.5));
    const comparison = compareRecords(many, many.slice(0, 1));
    expect(comparison).toMatchObject({ total: 4, reproduced: 1 });
    expect(summaryLine(comparison)).toMatch(
      /^Reproduced 1 of 4 records bit for bit; .* is missing from the rerun; 2 more differ; environment: the same\.$/,
    );
  });
});

describe('comparison with a rerun on another backend', () => {
  const onTensorflow = { ...recorded.environment, backend: 'tensorflow', runtime: 'TensorFlow 2.9.1' };
  const other = (changes: Partial<CompletedRecord> = {}): CompletedRecord => ({
    ...attested('lossTraceSha256'),
    losses: LOSSES.map((loss, step) => loss + 1e-5 * (step % 4)),
    metrics: { primary: { name: 'pearson', value: 0.8125 }, all: { pearson: 0.8125, spearman: 0.5 }, scoring: SCORING },
    environment: onTensorflow,
    ...changes,
  });

  test('says that bits are not comparable, and the largest differences', () => {
    expect(line(other())).toBe(
      'Reproduced 0 of 1 records bit for bit; 1 was recorded on onnx on cpu and run on tensorflow on cpu here, ' +
        'and bits are comparable on the cpu of one backend only: losses differ by 0.00003 at most, the metric by 0.012.',
    );
    const { reproduced, differences, agreements } = compareRecords([recorded], [other()]);
    expect([reproduced, differences.length, agreements.length]).toEqual([0, 0, 1]);
  });

  test('takes another device for another backend', () => {
    const environment = { ...recorded.environment, device: 'webgpu' };
    expect(line(other({ environment }))).toContain('recorded on onnx on cpu and run on onnx on webgpu here');
  });

  test('does not ask a device for the bits that it gave before', () => {
    const environment = { ...recorded.environment, device: 'webgpu' };
    const comparison = compareRecords([{ ...recorded, environment }], [other({ environment })]);
    expect(comparison).toMatchObject({ reproduced: 0, differences: [], agreements: [{ losses: expect.any(Number) }] });
    expect(summaryLine(comparison)).toContain('recorded on onnx on webgpu and run on onnx on webgpu here');
  });

  test('counts as reproduced what has the same bits all the same', () => {
    expect(line({ ...recorded, environment: onTensorflow })).toBe('Reproduced 1 of 1 records bit for bit.');
  });

  test.each<[string, RunRecord, string]>([
    ['data order', other({ attestation: attested('dataOrderSha256').attestation }), 'differs first in the data order'],
    ['initial weights', other({ attestation: attested('initSha256').attestation }), 'first in the initial weights'],
    ['steps', other({ losses: LOSSES.slice(1) }), 'has 19 losses here, 20 recorded'],
    ['first loss', other({ losses: LOSSES.map((loss) => loss * 1.002) }), 'differs at step 0 by more than rounding'],
    [
      'metric, undefined on one side',
      other({ metrics: { primary: { name: 'pearson', value: null }, all: {}, scoring: SCORING } }),
      'has the metric undefined here, 0.8 recorded',
    ],
    [
      'status',
      { ...unfinished(sampleConfig(), 'diverged', 'NaN'), environment: onTensorflow },
      'is diverged here (NaN), completed recorded',
    ],
  ])('still tells of what rounding does not explain: %s', (_what, here, words) => {
    expect(line(here)).toContain(words);
    expect(line(here)).toContain('environment: backend "tensorflow" here, "onnx" recorded');
    expect(compareRecords([recorded], [here])).toMatchObject({ reproduced: 0, agreements: [] });
  });

  test('tells both where some records differ and others agree', () => {
    const more = completed(sampleConfig({ seed: 1 }), 0.5, LOSSES);
    expect(summaryLine(compareRecords([recorded, more], [other()]))).toMatch(
      /^Reproduced 0 of 2 .*is missing from the rerun; environment: the same; 1 was recorded on onnx on cpu .*\.$/,
    );
  });
});
