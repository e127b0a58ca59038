// What a record says in two places must agree, and its metrics follow from the predictions beside it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashLosses, predictionLines } from '../../harness/contracts/attestation.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { scorePredictions } from '../../harness/metrics/score-predictions.ts';
import { formatJson } from '../../harness/records/json.ts';
import type { CompletedRecord, Prediction, RunRecord } from '../../harness/records/schema.ts';
import { readRecord, readRecords, writeRecord } from '../../harness/records/store.ts';
import { errorOf } from '../formats/error-of.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { completed, predictionsOf, sampleConfig, sha, unfinished } from './sample.ts';

const record = completed(sampleConfig(), 0.8);
const predictions = predictionsOf(record);

/** The first of what reading refuses of a record and its predictions' file, whoever wrote them; empty for nothing. */
function saidOf(changed: RunRecord | ReturnType<typeof older>, lines = predictionLines(predictions)): string {
  const name = `${changed.id}.json`;
  const folder = temporaryFolder({ [name]: formatJson(changed), [`${changed.id}.predictions.jsonl`]: lines });
  try {
    readRecord(join(folder, name));
    return '';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.faults[0]?.replaceAll(`${folder}/`, '').replaceAll(changed.id, 'ID') ?? '';
  }
}

const metrics = (changes: Partial<CompletedRecord['metrics']>): CompletedRecord => ({
  ...record,
  metrics: { ...record.metrics, ...changes },
});
const searched = (rates: readonly [number, number | null][]): RunRecord => ({
  ...record,
  search: rates.map(([learningRate, value], i) => ({ id: `${i}`.repeat(16), learningRate, value })),
});

const scores = (...values: number[]) => values.map((value, i) => ({ step: i + 1, value }));
const selecting = (selection: NonNullable<CompletedRecord['selection']>): CompletedRecord => {
  const config = sampleConfig();
  const training = { ...config.training, selection: 'best' as const, selectionHoldout: 4, selectionEvery: 1 };
  return { ...completed({ ...config, training }, 0.8), selection };
};

describe('a record that contradicts itself', () => {
  it.each<[string, RunRecord, string]>([
    ['its seed', { ...record, seed: 3 }, 'ID.json: seed: 3; expected 0, as config.seed'],
    [
      'its model',
      { ...record, model: { ...record.model, name: 'large' } },
      'ID.json: model.name: "large"; expected "tiny", as config.model',
    ],
    [
      'its task',
      { ...record, dataset: { ...record.dataset, task: 'glue/rte' } },
      'ID.json: dataset.task: "glue/rte"; expected "glue/stsb", as config.task.id',
    ],
    [
      'a selection that nobody asked for',
      { ...record, selection: { examples: 4, step: 2, scores: [{ step: 2, value: 0.5 }] } },
      'ID.json: selection: {"examples":4,"step":2,"scores":[{"step":2,"value":0.5}]}; expected none, as the last weights were evaluated',
    ],
    [
      'the step of its selection',
      selecting({ examples: 4, step: 2, scores: scores(0.5, 0.4) }),
      'ID.json: selection.step: 2; expected 1, the step of the best score',
    ],
    [
      'the examples of its selection',
      selecting({ examples: 3, step: 1, scores: scores(0.5, 0.4) }),
      'ID.json: selection.examples: 3; expected 4, as config.training.selectionHoldout',
    ],
    [
      'a selection that ended early',
      selecting({ examples: 4, step: 1, scores: scores(0.5) }),
      'ID.json: selection.scores: 1; expected 2, the step of the last one',
    ],
    [
      'an option that its search did not choose',
      {
        ...record,
        search: [4, 16].map((r) => ({
          ...{ id: `${r % 10}`.repeat(16), learningRate: 1e-3, values: { 'options.r': r }, value: 0.1 * r },
        })),
      },
      'ID.json: config.method.options.r: 8; expected 16, the best of its search',
    ],
    [
      'its steps',
      { ...record, trained: { steps: 9, examples: 64, tokens: 800 } },
      'ID.json: trained.steps: 9; expected 2, as many as losses',
    ],
    [
      'a loss',
      { ...record, losses: [0.5, 0.125] },
      `ID.json: attestation.lossTraceSha256: "${record.attestation.lossTraceSha256}"; expected "${hashLosses([0.5, 0.125])}", the hash of losses`,
    ],
    [
      'its primary metric',
      metrics({ primary: { name: 'pearson', value: 0.987 } }),
      'ID.json: metrics.primary.value: 0.987; expected 0.8, as metrics.all.pearson',
    ],
    [
      'its last evaluation',
      { ...record, evaluations: [{ step: 2, metrics: { pearson: 0.987 } }] },
      'ID.json: evaluations[0].metrics.pearson: 0.987; expected 0.8, as metrics.all, for it is the last one',
    ],
    [
      'the step of its last evaluation',
      { ...record, evaluations: [{ step: 1, metrics: { pearson: 0.8 } }] },
      'ID.json: evaluations[0].step: 1; expected 2, the last one',
    ],
    [
      'no evaluation',
      { ...record, evaluations: [] },
      'ID.json: evaluations[0].step: undefined; expected 2, the last one',
    ],
    [
      'the rate that its search chose',
      searched([
        [1e-3, 0.1],
        [3e-3, 0.2],
      ]),
      'ID.json: config.method.learningRate: 0.001; expected 0.003, the best of its search',
    ],
    [
      'the step at which it failed',
      { ...unfinished(sampleConfig(), 'diverged', 'loss is NaN'), error: { message: 'loss is NaN', step: 7 } },
      'ID.json: error.step: 7; expected 1, as many as losses',
    ],
    [
      'what its version tells',
      metrics({ scoring: null }),
      'ID.json: metrics.scoring: null; expected what records of version 4 tell',
    ],
    ...(['asked', 'merges', 'update'] as const).map((key): [string, RunRecord, string] => [
      `${key}, which its version tells`,
      { ...record, [key]: null },
      `ID.json: ${key}: null; expected what records of version 4 tell`,
    ]),
    [
      'the bytes that would be stored',
      { ...record, params: { ...record.params, storedBytes: 120 } },
      'ID.json: params.storedBytes: 120; expected 240, 4 bytes for each of params.stored',
    ],
    [
      'its tokens',
      { ...record, trained: { ...record.trained, tokens: 1600 } },
      'ID.json: time.tokensPerSecond: 800; expected 1600, trained.tokens over time.trainSeconds',
    ],
    [
      'its rate',
      { ...record, time: { ...record.time, tokensPerSecond: 900 } },
      'ID.json: time.tokensPerSecond: 900; expected 800, trained.tokens over time.trainSeconds',
    ],
    [
      'the steps at whose end memory was looked at',
      { ...record, memory: { ...record.memory, rss: { mean: 1, p95: 1, n: 3 } } },
      'ID.json: memory.rss.n: 3; expected 2, one a step',
    ],
    [
      'memory above its peak',
      { ...record, memory: { ...record.memory, rss: { mean: 1, p95: 300e6, n: 2 } } },
      'ID.json: memory.rss.p95: 300000000; expected 200000000 or less, as memory.peakRss',
    ],
    [
      'the sets that were asked',
      { ...record, asked: [{ set: 'test', promptsSha256: sha('prompts'), tokensSha256: sha('tokens') }] },
      'ID.json: asked: "[\\"test\\"]"; expected "[\\"dev\\"]", the sets of dataset.evaluation.scored',
    ],
    [
      'forgetting of an encoder',
      { ...record, forgetting: { before: 1, after: 2 } },
      'ID.json: forgetting: {"before":1,"after":2}; expected null, as the model is no decoder',
    ],
    [
      'forgetting without training',
      {
        ...completed(sampleConfig(), 0.8, []),
        model: { ...record.model, family: 'decoder' },
        merges: [],
        forgetting: { before: 1, after: 2 },
      },
      'ID.json: forgetting.after: 2; expected 1, as before, for nothing was trained',
    ],
    [
      'a merge after its end',
      { ...record, merges: [{ step: 3, layers: [0], norm: 1, logits: 0, freshOptimizer: null }] },
      'ID.json: merges[0].step: 3; expected a step that was taken, from 0 to 2, not below the one before',
    ],
    [
      'layers of a merge',
      { ...record, merges: [{ step: 2, layers: [1, 0], norm: 1, logits: 0, freshOptimizer: null }] },
      'ID.json: merges[0].layers: "[1,0]"; expected "[0,1]", rising',
    ],
    [
      'how far all weights went, beside those of each role',
      { ...record, update: { maps: 0.02, roles: [{ role: 'q', norm: 0.01, rank: 1 }], others: null } },
      'ID.json: update.maps: 0.02; expected a number between the least and the greatest of update.roles',
    ],
    [
      'the effective rank of no change',
      { ...record, update: { maps: 0, roles: [{ role: 'q', norm: 0, rank: 1 }], others: null } },
      'ID.json: update.roles[0].rank: 1; expected null, as nothing changed',
    ],
    [
      'whether it collapsed',
      { ...record, collapsed: { overall: true, sets: ['dev'] } },
      'ID.json: collapsed: {"overall":true,"sets":["dev"]}; expected {"overall":false,"sets":[]}, as the predictions make it',
    ],
    [
      'whether it told that it collapsed',
      { ...record, collapsed: null },
      'ID.json: collapsed: null; expected what records of version 4 tell',
    ],
    [
      'answers that could not be read, where none was written',
      { ...record, unreadable: 0 },
      'ID.json: unreadable: 0; expected null, as the predictions make it',
    ],
  ])('in %s is refused', (_what, changed, message) => {
    expect(saidOf(changed)).toBe(message);
  });

  it('is not written either', () => {
    const folder = temporaryFolder();
    expect(() => writeRecord(folder, { ...record, seed: 3 }, predictions)).toThrow(/seed: 3; expected 0/);
    expect(readRecords(folder)).toEqual([]);
  });

  it('by the smaller of equal rates is none', () => {
    expect(
      saidOf(
        searched([
          [3e-3, 0.2],
          [1e-3, 0.2],
          [1e-2, null],
        ]),
      ),
    ).toBe('');
  });
});

describe('a completed record', () => {
  it('without its predictions is refused', async () => {
    const folder = temporaryFolder();
    writeRecord(folder, record, predictions);
    const file = join(folder, `${record.id}.predictions.jsonl`);
    rmSync(file);
    expect(await errorOf(() => readRecords(folder))).toBe(
      `${file}: no such file; expected the predictions of the completed run in ${folder}/${record.id}.json`,
    );
  });

  it('with others than its hash says is refused, to the last byte', () => {
    const lines = predictionLines(predictions);
    for (const others of [lines.replace('0.8', '0.9'), lines.trimEnd(), lines.replace('{', '{ ')]) {
      expect(others).not.toBe(lines);
      expect(saidOf(record, others)).toBe(
        `ID.json: attestation.predictionsSha256: "${sha(lines)}"; expected "${sha(others)}", the hash of ID.predictions.jsonl`,
      );
    }
  });

  it('is written with the bytes that are hashed', () => {
    const folder = temporaryFolder();
    const turned = predictions.map((one) => Object.fromEntries(Object.entries(one).toReversed()) as Prediction);
    writeRecord(folder, record, turned);
    expect(sha(readFileSync(join(folder, `${record.id}.predictions.jsonl`), 'utf8'))).toBe(
      record.attestation.predictionsSha256,
    );
  });

  it.each<[string, CompletedRecord, string]>([
    [
      'its metric in all places',
      {
        ...metrics({ primary: { name: 'pearson', value: 0.987 }, all: { pearson: 0.987 } }),
        evaluations: [{ step: 2, metrics: { pearson: 0.987 } }],
      },
      'ID.json: metrics.all.pearson: 0.987; expected 0.8, as the predictions make it',
    ],
    [
      'a metric of a set that there is not',
      {
        ...metrics({ all: { pearson: 0.8, 'test/pearson': 0.9 } }),
        evaluations: [{ step: 2, metrics: { pearson: 0.8, 'test/pearson': 0.9 } }],
      },
      'ID.json: metrics.all.test/pearson: 0.9; expected none, as the predictions make it',
    ],
    [
      'a metric that there is not',
      {
        ...metrics({ all: { pearson: 0.8, glory: 1 } }),
        evaluations: [{ step: 2, metrics: { pearson: 0.8, glory: 1 } }],
      },
      'ID.json: metrics.all.glory: 1; expected a metric that there is',
    ],
    [
      'a group of a set that there is not',
      metrics({ scoring: { overall: 'first', groups: { all: ['dev', 'test'] } } }),
      'ID.json: metrics.scoring.groups.all: "test"; expected one of dev',
    ],
    [
      'how many were scored',
      { ...record, dataset: { ...record.dataset, evaluation: { read: 10, scored: [{ set: 'dev', examples: 9 }] } } },
      'ID.json: dataset.evaluation.scored: [["dev",9]]; expected [["dev",6]], as ID.predictions.jsonl has',
    ],
  ])('with %s changed is refused', (_what, changed, message) => {
    expect(saidOf(changed)).toBe(message);
  });

  it.each<[string, (lines: readonly Prediction[]) => string, string]>([
    [
      'an example twice',
      (lines) => predictionLines([...lines, lines[2] as Prediction]),
      'ID.predictions.jsonl:7: id: "dev-2"; expected each id of dev once',
    ],
    [
      'a line that is none',
      (lines) => `${predictionLines(lines)}{"set":"dev"}\n`,
      'ID.predictions.jsonl:7: id: missing; expected a text',
    ],
    [
      'a line that is cut',
      (lines) => `${predictionLines(lines)}{`,
      "ID.predictions.jsonl:7: the line does not end; expected a line's end",
    ],
  ])('with predictions that have %s is refused, though its hash is theirs', (_what, change, message) => {
    const lines = change(predictions);
    const attestation = { ...record.attestation, predictionsSha256: sha(lines) };
    expect(saidOf({ ...record, attestation }, lines)).toBe(message);
  });
});

describe.each([1, 2] as const)('a record of version %i', (version) => {
  const [original] = readRecords(fixturePath(`records/v${version}`));
  if (original?.status !== 'completed') throw new Error('expected a completed record');
  const source = fixturePath(`records/v${version}/${original.id}`);
  const text = readFileSync(`${source}.json`, 'utf8');
  const lines = readFileSync(`${source}.predictions.jsonl`, 'utf8');
  const { name, value } = original.metrics.primary;

  it('is held to its predictions too', async () => {
    const folder = temporaryFolder({ [`${original.id}.predictions.jsonl`]: lines });
    const file = join(folder, `${original.id}.json`);
    writeFileSync(
      file,
      text.replaceAll(`"${name}": ${value}`, `"${name}": 0.987`).replaceAll(`"value": ${value}`, '"value": 0.987'),
    );
    expect(await errorOf(() => readRecord(file))).toMatch(
      new RegExp(`metrics\\.all\\.${name}: 0\\.987; expected ${value}, as the predictions make it`),
    );
  });
});

describe('a record that does not tell how metrics follow', () => {
  const sets = ['one', 'two'];
  const lines = sets.flatMap((set, s) =>
    [0, 1, 2, 3].map((i): Prediction => ({ set, id: `${i}`, label: i % 2, prediction: i > s ? i % 2 : 9, scores: [] })),
  );
  const scored = (overall: 'first' | 'mean' | 'pooled') => scorePredictions(lines, ['acc'], sets, { overall });

  it.each(['first', 'mean', 'pooled'] as const)('may have it as %s, with groups and acc_norm untold', (overall) => {
    expect(saidOf(older(scored(overall), lines), predictionLines(lines))).toBe('');
    const more = { ...scored(overall), 'STEM/acc': 0.3, acc_norm: 0.4, 'two/acc_norm': 0.5 };
    expect(saidOf(older(more, lines), predictionLines(lines))).toBe('');
  });

  it('may not have it otherwise', () => {
    for (const changed of [{ acc: 0.987 }, { 'two/acc': 0.987 }]) {
      const [[key] = ['']] = Object.entries(changed);
      expect(saidOf(older({ ...scored('mean'), ...changed }, lines), predictionLines(lines))).toMatch(
        new RegExp(`^ID\\.json: metrics\\.all\\.${key}: 0\\.987; expected 0\\.\\d+, as the predictions make it$`),
      );
    }
  });
});

/** As a record of version 2 has it. */
function older(all: CompletedRecord['metrics']['all'], lines: readonly Prediction[]) {
  const {
    trained: _,
    asked: _a,
    collapsed: _c,
    unreadable: _u,
    merges: _g,
    update: _w,
    forgetting: _f,
    ...rest
  } = record;
  const { train, evaluation: __, ...dataset } = rest.dataset;
  const { semantics: _s, sourcesSha256: _h, methodSha256: _m, ...code } = rest.code;
  const { jobs: _j, ...environment } = rest.environment;
  const { secondsPerStep: _p, tokensPerSecond: _r, measureSeconds: _d, ...time } = rest.time;
  const { storedBytes: _b, ...params } = rest.params;
  const { rss: _i, ...memory } = rest.memory;
  const primary = { name: 'acc', value: all.acc ?? null };
  return {
    ...rest,
    ...{ schemaVersion: 2, dataset: { ...dataset, trainCount: train.read, evalCount: 8 }, code, environment, time },
    ...{ params, memory },
    ...{ metrics: { primary, all }, evaluations: [{ step: 2, metrics: all }] },
    attestation: { ...record.attestation, predictionsSha256: sha(predictionLines(lines)) },
  };
}
