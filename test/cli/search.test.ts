// Searches of more than a rate, from study.json to tables.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../harness/cli/child-process.ts';
import { readRecords } from '../../harness/records/store.ts';
import type { SearchRow } from '../../harness/report/search.ts';
import { completed, unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { byRate, contentsOf, fakeCommandLine, type Outcome } from './fakes.ts';

const RATES = { from: 1e-4, to: 1e-1, scale: 'log' };
/** 2 methods, a task, 2 seeds. */
const study = (search: object, more: object = {}) => ({
  name: 'searched',
  models: ['tiny'],
  methods: [
    { method: 'full', space: { learningRate: RATES } },
    { method: 'lora', learningRate: 1e-3, space: { 'options.r': { from: 1, to: 64, scale: 'log' } } },
  ],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
  search: { seed: 9, holdout: 8, ...search },
  ...more,
});
const folderOf = (value: object) => temporaryFolder({ 'study.json': JSON.stringify(value) });
const runsOf = (folder: string) => readRecords(join(folder, 'runs'));
const reportOf = async (cli: ReturnType<typeof fakeCommandLine>, folder: string) => {
  const { leftOut, searches }: { leftOut: string[]; searches: SearchRow[] } = JSON.parse(
    (await cli.run('report', folder, '--json')).stdout,
  );
  return { leftOut, searches };
};
/** The larger the rank or the rate the better. */
const byValue: Outcome = (config) =>
  completed(config, Number((Number(config.method.options.r ?? 0) / 128 + config.method.learningRate).toFixed(6)));

describe('random', () => {
  test('tries as many settings of each method, and runs the best', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study({ strategy: 'random', trials: 5 }))];
    cli.outcome = byValue;
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    const lines = stderr.split('\n');
    expect(lines[0]).toBe('14 runs: 0 kept, 14 to run');
    expect(lines[6]).toMatch(/^\[6\/14\] lora · glue\/stsb · search 0\.001, options\.r \d+ · pearson /);
    const records = runsOf(folder);
    const ranks = records
      .filter(({ config }) => config.purpose === 'search')
      .map(({ config }) => config.method.options.r);
    const finals = records.filter(({ config }) => config.purpose === 'final' && config.method.name === 'lora');
    const best = Math.max(...ranks.map((rank) => Number(rank ?? 0)));
    expect(finals.map(({ config }) => config.method.options.r)).toEqual([best, best]);
    expect(finals[0]?.search).toHaveLength(5);
    expect(finals[0]?.search?.[0]).toMatchObject({
      learningRate: 1e-3,
      values: { 'options.r': expect.any(Number) },
    });
    expect((await cli.run('run', folder)).stderr).toMatch(/^14 runs: 14 kept/);
    const report = await cli.run('report', folder);
    expect(report.code).toBe(0);
    expect(report.stdout).toContain('## searched: tiny, the search');
    expect(Object.keys(contentsOf(join(folder, 'report')))).toEqual(
      expect.arrayContaining(['search.csv', 'search-trials.csv', 'search-sensitivity.csv', 'search-expected-best.csv']),
    );
    expect(JSON.parse((await cli.run('report', folder, '--json')).stdout).searches).toHaveLength(2);
    expect((await cli.run('verify', folder)).stdout).toBe('Reproduced 14 of 14 records bit for bit.\n');
  });

  test('keeps its trials where more are asked for, and where methods change label and place', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study({ strategy: 'random', trials: 5 }))];
    await cli.run('run', folder);
    const more = study({ strategy: 'random', trials: 7 });
    const methods = more.methods.toReversed().map((method) => ({ ...method, label: `my ${method.method}` }));
    writeFileSync(join(folder, 'study.json'), JSON.stringify({ ...more, methods }));
    expect((await cli.run('run', folder)).stderr).toMatch(/^18 runs: 10 kept/);
  });

  test('refuses a record whose values are not those of its best trial, or of its trial', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study({ strategy: 'random', trials: 3 }))];
    cli.outcome = byValue;
    await cli.run('run', folder);
    const final = runsOf(folder).find(({ search, config }) => search !== null && config.method.name === 'lora');
    const file = join(folder, 'runs', `${final?.id}.json`);
    const text = readFileSync(file, 'utf8');
    const rank = String(final?.config.method.options.r);
    // In the search's own entry alone.
    writeFileSync(file, text.replace(`"options.r": ${rank}`, '"options.r": 999'));
    expect((await cli.run('report', folder)).stderr).toContain(
      `config.method.options.r: ${rank}; expected 999, the best of its search`,
    );
  });
});

describe('halving', () => {
  const halving = { strategy: 'halving', trials: 8, limitTrain: 80 };
  const methods = [{ method: 'full', space: { learningRate: RATES } }];

  test('runs rung after rung, the better half on twice the examples, then the best', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study(halving, { methods }))];
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^17 runs: 0 kept, 17 to run\n\[1\/17\] full · glue.stsb · search 0\.0\d+ · 10 examples · pearson /,
    );
    expect(stderr).toContain('[17/17] ');
    expect(cli.executed.map(({ purpose, task }) => (purpose === 'search' ? task.limitTrain : 'final'))).toEqual([
      ...Array(8).fill(10),
      ...[20, 20, 20, 20, 40, 40, 80, 'final', 'final'],
    ]);
    const rates = cli.executed.map(({ method }) => method.learningRate);
    expect(rates.slice(-3)).toEqual(Array(3).fill(Math.max(...rates)));
    expect((await cli.run('run', folder)).stderr).toMatch(/^17 runs: 17 kept .*, 0 to run\n$/);
  });

  test.each([5, 10, 13, 15])('goes on where it was cut, after %i runs', async (cut) => {
    const [cli, folder, whole] = [
      fakeCommandLine(),
      folderOf(study(halving, { methods })),
      folderOf(study(halving, { methods })),
    ];
    cli.outcome = (config, signal) => {
      if (cli.executed.length > cut) throw new Interrupted('interrupted');
      return byRate(config, signal);
    };
    expect((await cli.run('run', folder)).code).toBe(130);
    expect(runsOf(folder)).toHaveLength(cut);
    cli.outcome = byRate;
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`^17 runs: ${cut} kept .*, ${17 - cut} to run\\n`));
    await fakeCommandLine().run('run', whole);
    expect(runsOf(folder)).toEqual(runsOf(whole));
  });

  test('leaves out and names the trials that it does not come to any more', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study(halving, { methods }))];
    await cli.run('run', folder);
    for (const { id, config } of runsOf(folder)) {
      if (config.purpose === 'search' && config.task.limitTrain !== 10) continue;
      for (const ending of ['json', 'predictions.jsonl']) rmSync(join(folder, 'runs', `${id}.${ending}`));
    }
    // The larger the rate the worse, from now on: the other half goes on.
    cli.outcome = (config) => completed(config, Number((0.5 - config.method.learningRate).toFixed(6)));
    expect((await cli.run('run', folder)).code).toBe(0);
    const { leftOut, searches } = await reportOf(cli, folder);
    const stale = leftOut.filter((line) => line.endsWith('is left out: the search does not come to this trial'));
    expect(stale).toHaveLength(4 + 2 + 1);
    expect(searches[0]?.budget.trials).toBe(8 + 4 + 2 + 1);
  });

  test('counts what does not go on as done', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf(study(halving, { methods }))];
    cli.outcome = (config, signal) =>
      config.task.limitTrain === 20 ? unfinished(config, 'diverged', 'loss is NaN') : byRate(config, signal);
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(cli.executed).toHaveLength(8 + 4 + 2);
    expect(stderr).toContain('[17/17] ');
  });

  test('is told by plan, with what it costs', async () => {
    const folder = folderOf(study(halving, { training: { epochs: 2 } }));
    const { stdout } = await fakeCommandLine().run('plan', folder);
    expect(stdout).toMatch(/full · glue.stsb · search · 20 examples +\| tiny +\| 4 of 8, by the search/);
    expect(stdout).toContain('Search of full, lora on glue/stsb: 15 trials, 640 training examples seen.\n');
    const { searches } = JSON.parse((await fakeCommandLine().run('plan', folder, '--json')).stdout);
    expect(searches[0].rungs).toContainEqual({ settings: 2, limitTrain: 40 });
  });
});

test('unequal searches run where the study says so, and are marked', async () => {
  const methods = [
    { method: 'full', learningRate: [1e-4, 1e-3] },
    { method: 'lora', learningRate: [1e-4, 1e-3, 1e-2] },
  ];
  const [cli, folder] = [fakeCommandLine(), folderOf(study({ unequal: true }, { methods }))];
  const { code, stdout } = await cli.run('run', folder);
  expect(code).toBe(0);
  expect(stdout).toContain(
    '- glue/stsb: methods were not searched alike: full 2 trials (160 examples seen), lora 3 trials (240 examples seen)',
  );
  expect((await cli.run('plan', folder)).stdout).toContain('Search of lora on glue/stsb: 3 trials');
});

test('several seeds try each setting, and the mean decides', async () => {
  const methods = [{ method: 'full', learningRate: [1e-3, 2e-3] }];
  const [cli, folder] = [fakeCommandLine(), folderOf(study({ seeds: [1, 2, 3] }, { methods }))];
  const scores: Record<number, number[]> = { 1e-3: [0.25, 0.25, 0.25], 2e-3: [0.5, 0, 0] };
  cli.outcome = (config) =>
    completed(
      config,
      config.purpose === 'final' ? 0.5 : (scores[config.method.learningRate]?.[config.seed - 1] ?? null),
    );
  expect((await cli.run('run', folder)).stderr).toMatch(/^8 runs: /);
  const finals = runsOf(folder).filter(({ config }) => config.purpose === 'final');
  expect(finals.map(({ config }) => config.method.learningRate)).toEqual([1e-3, 1e-3]);
  expect((await cli.run('report', folder)).code).toBe(0);
});
