// Records that were changed by hand, with their sums made right again where that is easy: each command refuses or tells.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatJson } from '../../harness/records/json.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Fake, fakeCommandLine } from './fakes.ts';

/** One model, one task, a search of two rates, two seeds: two trials and two final runs. */
const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [{ method: 'lora', learningRate: [1e-3, 3e-3] }],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
  search: { seed: 9, holdout: 8 },
};

/** The study run, and a copy of its folder. */
async function runTwice(): Promise<{ cli: Fake; folder: string; copy: string }> {
  const [cli, folder, copy] = [
    fakeCommandLine(),
    temporaryFolder({ 'study.json': JSON.stringify(STUDY) }),
    temporaryFolder(),
  ];
  expect((await cli.run('run', folder)).code).toBe(0);
  cpSync(folder, copy, { recursive: true });
  expect((await cli.run('verify', folder, '--against', copy)).stdout).toBe('Reproduced 4 of 4 records bit for bit.\n');
  return { cli, folder, copy };
}

function changeEach(folder: string, change: (record: CompletedRecord) => object): void {
  for (const name of readdirSync(join(folder, 'runs')).filter((each) => each.endsWith('.json'))) {
    const file = join(folder, 'runs', name);
    writeFileSync(file, `${formatJson(change(JSON.parse(readFileSync(file, 'utf8'))))}\n`);
  }
}

const readersOf = (folder: string) => [
  ['report', folder],
  ['verify', folder],
  ['run', folder],
];

async function expectRefused(cli: ReturnType<typeof fakeCommandLine>, refused: RegExp, ...commands: string[][]) {
  for (const args of commands) {
    expect(await cli.run(...args), args[0]).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(refused),
    });
  }
}

it('without any predictions nothing is read', async () => {
  const { cli, folder, copy } = await runTwice();
  for (const name of readdirSync(join(copy, 'runs')).filter((each) => each.endsWith('.jsonl'))) {
    rmSync(join(copy, 'runs', name));
  }
  const refused =
    /^peftbench: \S+\.predictions\.jsonl: no such file; expected the predictions of the completed run in \S+\.json\n$/;
  await expectRefused(
    cli,
    refused,
    ['verify', folder, '--against', copy],
    ['verify', copy, '--against', folder],
    ...readersOf(copy),
  );
});

it('a metric that does not follow from the predictions is refused', async () => {
  const { cli, folder, copy } = await runTwice();
  changeEach(copy, (record) => ({
    ...record,
    metrics: { ...record.metrics, primary: { name: 'pearson', value: 0.987 }, all: { pearson: 0.987 } },
    evaluations: record.evaluations.map(({ step }) => ({ step, metrics: { pearson: 0.987 } })),
    search:
      record.search === null ? null : record.search.map((entry) => ({ ...entry, value: 0.987 - entry.learningRate })),
    config: record.search
      ? { ...record.config, method: { ...record.config.method, learningRate: 1e-3 } }
      : record.config,
  }));
  const refused = /: metrics\.all\.pearson: 0\.987; expected 0\.00[13], as the predictions make it\n$/;
  await expectRefused(cli, refused, ['verify', folder, '--against', copy], ...readersOf(copy));
});

it.each<[string, (record: CompletedRecord) => CompletedRecord, RegExp]>([
  [
    'params',
    ({ params, ...record }) => ({ ...record, params: { ...params, trainable: 7 } }),
    /differs first in params\.trainable \(7 here, 50 recorded\); 3 more differ/,
  ],
  [
    'overlap',
    ({ dataset, ...record }) => ({ ...record, dataset: { ...dataset, overlap: { exact: 0, near: 0 } } }),
    /differs first in dataset\.overlap\.exact \(0 here, 1 recorded\); 3 more differ/,
  ],
  [
    'what was asked',
    (record) => ({ ...record, asked: (record.asked ?? []).map((each) => ({ ...each, tokensSha256: '0'.repeat(64) })) }),
    /differs first in asked\[0\]\.tokensSha256 \("0{64}" here, "[0-9a-f]{64}" recorded\); 3 more differ/,
  ],
  [
    'merges',
    (record) => ({ ...record, merges: (record.merges ?? []).map((each) => ({ ...each, logits: 0 })) }),
    /differs first in merges\[0\]\.logits \(0 here, 1e-7 recorded\); 3 more differ/,
  ],
  [
    'update',
    (record) => ({ ...record, update: record.update && { ...record.update, others: 0.5 } }),
    /differs first in update\.others \(0\.5 here, none recorded\); 3 more differ/,
  ],
])('%s that were changed are told by verify, with another folder and with a rerun', async (_key, change, words) => {
  const { cli, folder, copy } = await runTwice();
  changeEach(copy, change);
  const compared = await cli.run('verify', folder, '--against', copy);
  expect(compared.stdout).toMatch(/^Reproduced 0 of 4 records bit for bit; /);
  expect(compared.stdout).toMatch(words);
  const verified = await cli.run('verify', copy);
  expect(verified).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^Reproduced 0 of 4 records bit for bit; /),
  });
});

it.each<[string, (record: CompletedRecord) => CompletedRecord, RegExp]>([
  [
    'collapsed',
    (record) => ({ ...record, collapsed: { overall: true, sets: [] } }),
    /: collapsed: \{"overall":true,"sets":\[\]\}; expected \{"overall":(true|false),"sets":\[.*\]\}, as the predictions make it/,
  ],
  [
    'unreadable',
    (record) => ({ ...record, unreadable: 0.25 }),
    /: unreadable: 0\.25; expected null, as the predictions make it/,
  ],
  [
    'storedBytes',
    (record) => ({ ...record, params: { ...record.params, storedBytes: 1 } }),
    /: params\.storedBytes: 1; expected 240, 4 bytes for each of params\.stored/,
  ],
  [
    'tokens',
    (record) => ({ ...record, trained: { ...record.trained, tokens: 1 } }),
    /: time\.tokensPerSecond: 800; expected 1, trained\.tokens over time\.trainSeconds/,
  ],
  [
    'merges that are gone',
    (record) => ({ ...record, merges: null }),
    /: merges: null; expected what records of version 4 tell/,
  ],
])('%s that does not follow from the rest is refused', async (_key, change, refused) => {
  const { cli, folder, copy } = await runTwice();
  changeEach(copy, change);
  await expectRefused(cli, refused, ['verify', folder, '--against', copy], ...readersOf(copy));
});

it.each<[string, (entry: NonNullable<CompletedRecord['search']>[number]) => object, RegExp]>([
  [
    'a value',
    (entry) => ({ ...entry, value: (entry.value ?? 0) * 2 }),
    /search\[0\]\.value: 0\.002; expected 0\.001, as \w{16}\.json has/,
  ],
  [
    'a rate',
    (entry) => (entry.learningRate === 1e-3 ? { ...entry, learningRate: 2e-3 } : entry),
    /search\[0\]\.learningRate: 0\.002; expected 0\.001, as \w{16}\.json has/,
  ],
  [
    'an id',
    (entry) => (entry.learningRate === 1e-3 ? { ...entry, id: '0123456789abcdef' } : entry),
    /search\[0\]\.id: "0123456789abcdef"; expected that of a trial whose record is beside it/,
  ],
])("%s of a search that is not the trial's is refused", async (_what, change, words) => {
  const { cli, folder, copy } = await runTwice();
  changeEach(copy, (record) => ({
    ...record,
    search: record.search && (record.search.map(change) as typeof record.search),
  }));
  const [final] = readdirSync(join(copy, 'runs')).filter(
    (name) => name.endsWith('.json') && readFileSync(join(copy, 'runs', name), 'utf8').includes('"search": ['),
  );
  for (const args of [
    ['verify', folder, '--against', copy],
    ['report', copy],
    ['verify', copy],
    ['verify', join(copy, 'runs', final ?? '')],
  ]) {
    expect(await cli.run(...args), args[0]).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(words),
    });
  }
});

it.each<[string, (record: CompletedRecord) => object, RegExp]>([
  [
    'an option',
    ({ config, ...record }) => ({
      ...record,
      config: { ...config, method: { ...config.method, options: { r: 64 } } },
    }),
    /: id: "\w{16}"; expected "\w{16}", as configuration, model, data and training semantics make it/,
  ],
  ['the weights', ({ model, ...record }) => ({ ...record, model: { ...model, sha256: '0'.repeat(64) } }), /: id: "/],
  ['the semantics', ({ code, ...record }) => ({ ...record, code: { ...code, semantics: 2 } }), /: id: "/],
  [
    'a file of data',
    ({ dataset, ...record }) => ({
      ...record,
      dataset: { ...dataset, files: [{ path: 'train.tsv', sha256: '0'.repeat(64) }] },
    }),
    /: dataset\.sha256: "\w{64}"; expected "\w{64}", as dataset\.files make it/,
  ],
])('%s that does not belong to the id is refused', async (_what, change, words) => {
  const { cli, copy } = await runTwice();
  changeEach(copy, change);
  await expectRefused(cli, words, ['report', copy], ['run', copy]);
});

it.each<[string, (record: CompletedRecord) => object, RegExp]>([
  [
    'an evaluation that there was not',
    (record) => ({ ...record, evaluations: [{ step: 1, metrics: { pearson: 0.987 } }, ...record.evaluations] }),
    /: evaluations: 2; expected 1, scored at the end alone/,
  ],
  [
    "the model's parameters",
    ({ params, ...record }) => ({ ...record, params: { ...params, total: 7 } }),
    /: params\.total: 7; expected 1000, as model\.totalParams/,
  ],
  [
    'a median below what all but 5 % take',
    ({ time, ...record }) => ({
      ...record,
      time: { ...time, secondsPerBatch: time.secondsPerBatch && { ...time.secondsPerBatch, median: 0.001 } },
    }),
    /: time\.secondsPerBatch\.median: 0\.001; expected 0\.\d+, from p05 to p95/,
  ],
])('%s is refused', async (_what, change, words) => {
  const { cli, folder, copy } = await runTwice();
  changeEach(copy, change);
  await expectRefused(cli, words, ['verify', folder, '--against', copy], ...readersOf(copy));
});

it.each<[string, (search: NonNullable<CompletedRecord['search']>) => CompletedRecord['search']]>([
  ['no search', () => null],
  ['the winner alone', (search) => search.slice(1)],
  ['the winner twice', (search) => [...search.slice(1), ...search.slice(1)]],
  [
    'no value where the trial has one',
    (search) => search.map((entry, i) => (i === 0 ? { ...entry, value: null } : entry)),
  ],
])('a final run that tells of %s is refused, and runs again', async (_what, change) => {
  const { cli, copy } = await runTwice();
  changeEach(copy, (record) => ({ ...record, search: record.search && change(record.search) }));
  await expectRefused(cli, /: search(\[\d\]\.(id|value))?: /, ['report', copy]);
  const executed = cli.executed.length;
  expect((await cli.run('run', copy)).code).toBe(0);
  expect(cli.executed.slice(executed).map(({ purpose }) => purpose)).toEqual(['final', 'final']);
  expect((await cli.run('report', copy)).code).toBe(0);
});
