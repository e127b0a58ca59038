// Edits planted in copies of real records, with hashes made right again where that is easy: `check` finds each.
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { hashLosses, sha256 } from '../../harness/contracts/attestation.ts';
import { formatJson } from '../../harness/records/json.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { readRecords } from '../../harness/records/store.ts';
import { QUICK, withId } from '../audit/quick-study.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const RESULTS = join(QUICK, '..');

/** The id of a run of full on STS-B. */
function idOf(purpose: CompletedRecord['config']['purpose'], seed: number, learningRate: number): string {
  const own = readRecords(join(QUICK, 'runs')).find(
    ({ config: { method, task, ...config } }) =>
      method.name === 'full' &&
      task.id === 'glue/stsb' &&
      method.learningRate === learningRate &&
      config.purpose === purpose &&
      config.seed === seed,
  );
  if (own === undefined) throw new Error(`no run of seed ${seed}`);
  return own.id;
}

const SEED_0 = idOf('final', 0, 1e-4);
const SEED_1 = idOf('final', 1, 1e-4);
/** That the rate was chosen by. */
const TRIAL = idOf('search', 1000, 1e-4);

async function check(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['check', ...args], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

/** A copy of results/quick that one thing was done to, and what `check` says of it, a line each. */
async function faultsAfter(edit: (runs: string) => void): Promise<string[]> {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  edit(join(folder, 'runs'));
  const { code, stdout, stderr } = await check(folder);
  expect([code, stderr]).toEqual([1, '']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.pop()).toMatch(new RegExp(`^\\d+ records: ${lines.length} faults?$`));
  return lines.map((line) => line.replaceAll(`${folder}/`, ''));
}

function editRecord(runs: string, id: string, change: (record: CompletedRecord) => CompletedRecord): void {
  const file = join(runs, `${id}.json`);
  writeFileSync(file, `${formatJson(change(JSON.parse(readFileSync(file, 'utf8'))))}\n`);
}

type Edit = (record: CompletedRecord) => CompletedRecord;
const edited =
  (change: Edit, id = SEED_0) =>
  (runs: string): void =>
    editRecord(runs, id, change);

const withLosses: (losses: readonly number[]) => Edit = (losses) => (record) => ({
  ...record,
  losses: [...losses],
  attestation: { ...record.attestation, lossTraceSha256: hashLosses(losses) },
});
const withTime: (fields: (time: CompletedRecord['time']) => Partial<CompletedRecord['time']>) => Edit =
  (fields) => (record) => ({ ...record, time: { ...record.time, ...fields(record.time) } });
const withDataset: (fields: Partial<CompletedRecord['dataset']>) => Edit = (fields) => (record) => ({
  ...record,
  dataset: { ...record.dataset, ...fields },
});
const withMetric =
  (value: number): Edit =>
  (record) => ({
    ...record,
    metrics: {
      ...record.metrics,
      primary: { ...record.metrics.primary, value },
      all: { ...record.metrics.all, [record.metrics.primary.name]: value },
    },
    evaluations: record.evaluations.map(({ step, metrics }) => ({
      step,
      metrics: { ...metrics, [record.metrics.primary.name]: value },
    })),
  });

const NO_RECORD = /: no record; expected one, as the study has the run$/;

/** What was done, and what each line says of it. */
const PLANTED: readonly (readonly [string, (runs: string) => void, readonly RegExp[]])[] = [
  [
    'a better metric, wherever it stands',
    edited(withMetric(0.99)),
    [/metrics\.all\.pearson: 0\.99; expected 0\.7\d+, as the predictions make it$/],
  ],
  [
    'a better metric in one place',
    edited((record) => ({ ...record, metrics: { ...record.metrics, primary: { name: 'pearson', value: 0.99 } } })),
    [/metrics\.primary\.value: 0\.99; expected 0\.7\d+, as metrics\.all\.pearson$/],
  ],
  [
    'a prediction',
    (runs) => {
      const file = join(runs, `${SEED_0}.predictions.jsonl`);
      writeFileSync(file, readFileSync(file, 'utf8').replace(/"prediction":[^,]+/, '"prediction":4'));
    },
    [/attestation\.predictionsSha256: "\w+"; expected "\w+", the hash of \S+\.predictions\.jsonl$/],
  ],
  [
    'a prediction, with its hash',
    (runs) => {
      const file = join(runs, `${SEED_0}.predictions.jsonl`);
      const text = readFileSync(file, 'utf8').replace(/"prediction":[^,]+/, '"prediction":4');
      writeFileSync(file, text);
      edited((record) => ({ ...record, attestation: { ...record.attestation, predictionsSha256: sha256(text) } }))(
        runs,
      );
    },
    [/metrics\.all\.pearson: /, /metrics\.all\.spearman: /],
  ],
  [
    'a loss',
    edited((record) => ({ ...record, losses: record.losses.map((loss, i) => (i === 7 ? loss / 2 : loss)) })),
    [/attestation\.lossTraceSha256: "\w+"; expected "\w+", the hash of losses$/],
  ],
  [
    'a loss that is no number',
    (runs) => {
      const file = join(runs, `${SEED_0}.json`);
      writeFileSync(file, readFileSync(file, 'utf8').replace(/"losses": \[[^,]+/, '"losses": [1e999'));
    },
    [/losses\[0\]: Infinity; expected a number$/, NO_RECORD],
  ],
  [
    'fewer losses, with their hash',
    edited((record) => withLosses(record.losses.slice(1))(record)),
    [/trained\.steps: 80; expected 79, as many as losses$/, /evaluations\[0\]\.step: 80; expected 79, the last one$/],
  ],
  [
    'fewer steps, wherever they stand',
    edited((record) => ({
      ...withLosses(record.losses.slice(0, 40))(record),
      trained: { ...record.trained, steps: 40, examples: 320 },
      evaluations: record.evaluations.map((evaluation) => ({ ...evaluation, step: 40 })),
    })),
    [
      /memory\.rss\.n: 80; expected 40, one a step$/,
      /trained\.steps: 40; expected 80, as the examples and config\.training make it$/,
      /trained\.examples: 320; expected 640, those trained on in each epoch$/,
      /time\.secondsPerBatch\.n: 78; expected 38, the steps without the warm-up ones$/,
      /time\.secondsPerStep\.n: 80; expected 40, as trained\.steps$/,
    ],
  ],
  [
    'the learning rate',
    edited((record) => ({
      ...record,
      config: { ...record.config, method: { ...record.config.method, learningRate: 3e-5 } },
    })),
    [
      /config\.method\.learningRate: 0\.00003; expected 0\.0001, the best of its search$/,
      /id: "\w+"; expected "\w+", the hash of its configuration and checksums$/,
      NO_RECORD,
      /is left out: its trials choose the rate 0\.0001, not 0\.00003/,
    ],
  ],
  [
    'more weight decay than was used',
    edited((record) => ({
      ...record,
      config: { ...record.config, training: { ...record.config.training, weightDecay: 0.1 } },
    })),
    [
      /id: "\w+"; expected "\w+", the hash of its configuration and checksums$/,
      NO_RECORD,
      /runs\/\w+\.json: full · glue\/stsb · seed 0; expected a run of the study$/,
    ],
  ],
  [
    'the checksum of the weights',
    edited((record) => ({ ...record, model: { ...record.model, sha256: sha256('other') } })),
    [/id: "\w+"; expected "\w+", the hash of its configuration and checksums$/],
  ],
  [
    'the checksum of a data file',
    edited((record) =>
      withDataset({ files: record.dataset.files.map((file) => ({ ...file, sha256: sha256('other') })) })(record),
    ),
    [/dataset\.sha256: "\w+"; expected "\w+", the hash of dataset\.files$/],
  ],
  ['the seed', edited((record) => ({ ...record, seed: 5 })), [/seed: 5; expected 0, as config\.seed$/]],
  [
    'the count of examples read',
    edited(withDataset({ train: { read: 500, drawn: 640 } })),
    [
      /dataset\.train\.drawn: 640; expected 500, as dataset\.train\.read and config\.task make it$/,
      /trained\.steps: 80; expected 63, as the examples and config\.training make it$/,
      /trained\.examples: 640; expected 500, those trained on in each epoch$/,
    ],
  ],
  [
    'the count of examples scored',
    edited(withDataset({ evaluation: { read: 1500, scored: [{ set: 'validation', examples: 1500 }] } })),
    [
      /dataset\.evaluation\.scored: \S+; expected \S+, as \S+\.predictions\.jsonl has$/,
      /dataset\.evaluation\.scored\[0\]\.examples: 1500; expected 300 or less, as config\.task\.limitEval has of validation$/,
    ],
  ],
  [
    'fewer parameters at once than counted',
    edited((record) => ({ ...record, params: { ...record.params, trainableCumulative: 7 } })),
    [/params\.trainable: 22713216; expected 7 or less, as params\.trainableCumulative$/],
  ],
  [
    'fewer seconds a batch',
    edited(
      withTime(({ secondsPerBatch }) => ({ secondsPerBatch: secondsPerBatch && { ...secondsPerBatch, median: 0.01 } })),
    ),
    [/time\.secondsPerBatch\.median: 0\.01; expected [\d.]+, from p05 to p95$/],
  ],
  [
    'fewer seconds of training',
    edited(withTime(() => ({ trainSeconds: 1 }))),
    [
      /time\.tokensPerSecond: [\d.]+; expected \d+, trained\.tokens over time\.trainSeconds$/,
      /time\.secondsPerStep\.mean: [\d.]+; expected [\d.]+ or less, a step of time\.trainSeconds$/,
    ],
  ],
  [
    'fewer seconds in all',
    edited(withTime(({ compileSeconds }) => ({ totalSeconds: compileSeconds }))),
    [/time\.trainSeconds: [\d.]+; expected -?[\d.]+ or less, as totalSeconds without evalSeconds$/],
  ],
  [
    "a trial's score in the search",
    edited((record) => ({
      ...record,
      search:
        record.search === null
          ? null
          : record.search.map((entry) => (entry.id === TRIAL ? { ...entry, value: 0.999 } : entry)),
    })),
    [/search\[\d\]\.value: 0\.999; expected 0\.\d+, as \w+\.json has$/],
  ],
  [
    "a method's trial in the search of another",
    (runs) => {
      const other = readdirSync(runs)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(runs, name), 'utf8')) as CompletedRecord)
        .find(
          ({ config }) =>
            config.purpose === 'search' && config.method.name === 'lora' && config.task.id === 'glue/stsb',
        );
      edited((record) => ({
        ...record,
        search: (record.search ?? []).flatMap((entry) =>
          entry.id === TRIAL
            ? [entry]
            : [
                {
                  id: other?.id ?? '',
                  learningRate: other?.config.method.learningRate ?? 0,
                  value: other?.metrics.primary.value ?? 0,
                },
              ],
        ),
      }))(runs);
    },
    [
      /config\.method\.learningRate: /,
      /search\[\d\]\.id: "\w+"; expected a trial of full, minilm-l6, glue\/stsb, and it is of lora, minilm-l6, glue\/stsb$/,
    ],
  ],
  [
    'an evaluation during training that was none',
    edited((record) => ({
      ...record,
      evaluations: [{ step: 40, metrics: record.metrics.all }, ...record.evaluations],
    })),
    [/evaluations: 2; expected 1, scored at the end alone$/],
  ],
  [
    'a run that is there again under another seed and its id',
    (runs) => {
      for (const ending of ['.json', '.predictions.jsonl']) rmSync(join(runs, `${SEED_1}${ending}`));
      const record: CompletedRecord = JSON.parse(readFileSync(join(runs, `${SEED_0}.json`), 'utf8'));
      const copy = withId({ ...record, seed: 1, config: { ...record.config, seed: 1 } });
      writeFileSync(join(runs, `${copy.id}.json`), `${formatJson(copy)}\n`);
      cpSync(join(runs, `${SEED_0}.predictions.jsonl`), join(runs, `${copy.id}.predictions.jsonl`));
    },
    [/attestation\.lossTraceSha256: "\w+"; expected other losses than those of seed [01] in runs\/\w+\.json$/],
  ],
  [
    'a record under another name',
    (runs) => {
      for (const ending of ['.json', '.predictions.jsonl']) {
        renameSync(join(runs, `${SEED_0}${ending}`), join(runs, `0123456789abcdef${ending}`));
      }
    },
    [/runs\/0123456789abcdef\.json: id: "\w+"; expected "0123456789abcdef", as the file is named$/],
  ],
  [
    'a record that is gone',
    (runs) => rmSync(join(runs, `${SEED_1}.json`)),
    [
      /^runs: full · glue\/stsb · seed 1 \(minilm-l6\): no record; expected one, as the study has the run$/,
      /runs\/\w+\.predictions\.jsonl: belongs to no run; expected the record that it is of$/,
    ],
  ],
  [
    'predictions that are gone',
    (runs) => rmSync(join(runs, `${SEED_0}.predictions.jsonl`)),
    [/\.predictions\.jsonl: no such file; expected the predictions of the completed run in \S+\.json$/],
  ],
  [
    'a file that a writer left when it was cut off',
    (runs) => writeFileSync(join(runs, '.peftbench-host.1.0.tmp'), ''),
    [/runs\/\.peftbench-host\.1\.0\.tmp: belongs to no run; expected records and predictions alone$/],
  ],
  [
    'half of a record',
    (runs) => {
      const file = join(runs, `${SEED_0}.json`);
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 900));
    },
    [/runs\/\w+\.json:\d+:\d+: not JSON: /, NO_RECORD],
  ],
];

it.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('finds nothing wrong in results/%s', async (name) => {
  const { code, stdout, stderr } = await check(join(RESULTS, name));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^(remark: .*\n)*\d+ records: nothing wrong\n$/);
});

it.each(PLANTED)('finds %s', async (_what, edit, words) => {
  const lines = await faultsAfter(edit);
  expect(lines, lines.join('\n')).toHaveLength(words.length);
  for (const [index, pattern] of words.entries()) expect(lines[index]).toMatch(pattern);
});

it.each<[string, (search: NonNullable<CompletedRecord['search']>) => CompletedRecord['search']]>([
  ['no search', () => null],
  ['the winner alone', (search) => search.filter(({ id }) => id === TRIAL)],
])('finds a run that tells of %s', async (_what, change) => {
  const lines = await faultsAfter(edited((record) => ({ ...record, search: record.search && change(record.search) })));
  expect(lines).toEqual([
    expect.stringMatching(/runs\/\w{16}\.json: search: .*; expected \[.*, as its trials make it/),
  ]);
});

it('goes on after the first, through all records', async () => {
  const lines = await faultsAfter((runs) => {
    edited((record) => ({ ...withMetric(0.99)(record), seed: 5 }))(runs);
    edited(
      withTime(() => ({ mergeSeconds: 1e6 })),
      SEED_1,
    )(runs);
    writeFileSync(join(runs, 'notes.txt'), 'mine');
  });
  expect(lines).toHaveLength(4);
  for (const words of [
    /: seed: 5; /,
    /: metrics\.all\.pearson: 0\.99; /,
    /: time\.mergeSeconds: 1000000; /,
    /notes\.txt: belongs/,
  ]) {
    expect(lines.filter((line) => words.test(line))).toHaveLength(1);
  }
});

it('tells what a reader should know, without calling it wrong', async () => {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  editRecord(join(folder, 'runs'), SEED_0, (record) => ({
    ...record,
    code: { ...record.code, dirty: true },
  }));
  const { code, stdout } = await check(folder, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...{ study: 'quick', records: 36, faults: [] },
    remarks: [`made with changes that its commit does not hold: 1 record: ${SEED_0}.json`],
  });
});

it('says of a study that was never run which runs are missing', async () => {
  const folder = temporaryFolder({ 'study.json': readFileSync(join(QUICK, 'study.json')) });
  const { code, stdout } = await check(folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/\n0 records: 36 faults\n$/);
});

it('refuses a study that cannot be read', async () => {
  const folder = temporaryFolder({ 'study.json': '{"name": 1}' });
  expect(await check(folder)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/study\.json: name: 1; /),
  });
});
