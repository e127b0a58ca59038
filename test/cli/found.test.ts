// What `run` says of the records that it finds, and which of them it takes again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecords } from '../../harness/records/store.ts';
import { completed, unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { byRate, contentsOf, dies, fakeCommandLine } from './fakes.ts';

const FULL = { method: 'full', learningRate: 1e-4 };
const LORA = { method: 'lora', learningRate: [1e-3, 3e-3] };
/** Two final runs of full; two trials and two final runs of lora. */
const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [FULL, LORA],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
  search: { seed: 9, holdout: 8 },
};
type Study = Record<keyof typeof STUDY, unknown>;
const write = (folder: string, study: Partial<Study>) =>
  writeFileSync(join(folder, 'study.json'), JSON.stringify({ ...STUDY, ...study }));

/** A study that was run, and its command line. */
async function ran(study: Partial<Study> = {}) {
  const [cli, folder] = [fakeCommandLine(), temporaryFolder()];
  write(folder, study);
  const first = await cli.run('run', folder);
  cli.executed.length = 0;
  return { cli, folder, first, records: () => readRecords(join(folder, 'runs')) };
}

describe('the first line', () => {
  test('counts runs, those that are kept with where they were recorded, and those to run', async () => {
    const { cli, folder, first } = await ran({ methods: [FULL], search: undefined });
    expect(first.stderr.split('\n')[0]).toBe('2 runs: 0 kept, 2 to run');
    cli.commit = null;
    write(folder, {});
    expect((await cli.run('run', folder)).stderr.split('\n')[0]).toBe(
      '6 runs: 2 kept (recorded at commit c0ffee0), 4 to run',
    );
    expect((await cli.run('run', folder)).stderr).toBe(
      '6 runs: 6 kept (recorded at no known commit, commit c0ffee0), 0 to run\n',
    );
  });
});

describe('records whose sources have changed', () => {
  const lines = (text: string) => text.trimEnd().split('\n');

  test('are kept, and the method is named that changed', async () => {
    const { cli, folder } = await ran();
    cli.methodSources = { lora: 'edited' };
    expect(lines((await cli.run('run', folder)).stderr)).toEqual([
      '6 runs: 6 kept (recorded at commit c0ffee0), 0 to run',
      'method lora has changed since 4 records that are kept were made; --rerun takes them again',
    ]);
    expect(cli.executed).toEqual([]);
  });

  test('are told once where the rest has changed', async () => {
    const { cli, folder } = await ran();
    cli.sources = 'edited';
    expect(lines((await cli.run('run', folder)).stderr).slice(1)).toEqual([
      'sources outside methods/ have changed since 6 records that are kept were made; --rerun takes them again',
    ]);
  });

  test('run again with --rerun, alone, trials before final runs, and are then those of the sources there are', async () => {
    const { cli, folder, records } = await ran();
    cli.methodSources = { lora: 'edited' };
    // The smaller rate is now the better one.
    cli.outcome = (config) => completed(config, -config.method.learningRate);
    const { code, stderr } = await cli.run('run', folder, '--rerun');
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(lines(stderr)[0]).toBe('6 runs: 2 kept (recorded at commit c0ffee0), 4 to run');
    expect(lines(stderr)).toHaveLength(1 + 4);
    expect(cli.executed.map(({ purpose, method }) => [purpose, method.learningRate])).toEqual([
      ['search', 1e-3],
      ['search', 3e-3],
      ['final', 1e-3],
      ['final', 1e-3],
    ]);
    const values = records().map((record) => record.status === 'completed' && record.metrics.primary.value);
    expect(values.toSorted()).toEqual([-1e-3, -1e-3, -1e-3, -3e-3, 1e-4, 1e-4, 3e-3, 3e-3].toSorted());
    cli.executed.length = 0;
    const again = await cli.run('run', folder, '--rerun');
    expect(again.stderr).toBe('6 runs: 6 kept (recorded at commit c0ffee0), 0 to run\n');
    expect(cli.executed).toEqual([]);
  });

  test('run again where their trials have, though they are of the sources there are', async () => {
    const { cli, folder } = await ran();
    cli.methodSources = { lora: 'edited' };
    cli.outcome = (config) => completed(config, config.method.learningRate / 2);
    write(folder, { seeds: [0, 1, 2] });
    await cli.run('run', folder);
    expect(cli.executed.map(({ purpose, seed }) => [purpose, seed])).toEqual([
      ['final', 2],
      ['final', 2],
    ]);
    cli.executed.length = 0;
    expect((await cli.run('run', folder, '--rerun', '--only', 'method=lora')).code).toBe(0);
    // Two trials and three final runs, the one of seed 2 for its search alone.
    expect(cli.executed.map(({ purpose, seed }) => [purpose, seed])).toEqual([
      ...[9, 9].map((seed) => ['search', seed]),
      ...[0, 1, 2].map((seed) => ['final', seed]),
    ]);
    expect((await cli.run('report', folder)).code).toBe(0);
    expect((await cli.run('run', folder, '--rerun')).stderr).toMatch(/^8 runs: 8 kept .*, 0 to run\n/);
  });

  test('are replaced with --rerun where the results are the same too', async () => {
    const { cli, folder, records } = await ran();
    cli.sources = 'edited';
    cli.commit = 'decade0123456789decade0123456789decade01';
    await cli.run('run', folder, '--rerun');
    expect(cli.executed).toHaveLength(6);
    expect(new Set(records().map(({ code }) => code.commit))).toEqual(new Set([cli.commit]));
  });

  test('stay where the new run crashes, which is said and an exit code of 1', async () => {
    const { cli, folder } = await ran({ methods: [FULL], search: undefined });
    const before = contentsOf(folder);
    cli.sources = 'edited';
    cli.outcome = dies('signal SIGKILL: out of memory');
    const { code, stderr } = await cli.run('run', folder, '--rerun');
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed: signal SIGKILL.*\nruns\/[0-9a-f]{16}\.json stays as it was\n/);
    expect(contentsOf(folder)).toEqual(before);
    cli.outcome = byRate;
    expect((await cli.run('run', folder, '--rerun')).code).toBe(0);
  });

  test('are replaced by a divergence, without predictions', async () => {
    const { cli, folder } = await ran({ methods: [FULL], seeds: [0], search: undefined });
    cli.sources = 'edited';
    cli.outcome = (config) => unfinished(config, 'diverged', 'loss is NaN');
    expect((await cli.run('run', folder, '--rerun')).code).toBe(1);
    expect(Object.keys(contentsOf(join(folder, 'runs')))).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
  });
});

describe('records of no run of the study', () => {
  test('are counted, the first few by name, by run and in the tables', async () => {
    const { cli, folder, records } = await ran();
    write(folder, { methods: [FULL], search: undefined });
    const of4 = records().filter(({ config }) => config.method.name === 'lora');
    const [a, b, c] = of4.map(({ id }) => `runs/${id}.json`);
    const line = `4 records belong to no run of this study: ${a}, ${b}, ${c} and 1 more`;
    const { stdout, stderr } = await cli.run('run', folder);
    expect(stderr.split('\n')[1]).toBe(line);
    expect(stdout).toContain(`- ${line}\n`);
    expect((await cli.run('report', folder)).stdout).toContain(`- ${line}\n`);
  });

  test('are not those that --only leaves out', async () => {
    const { cli, folder } = await ran();
    expect((await cli.run('run', folder, '--only', 'method=full')).stderr).toBe(
      '2 runs: 2 kept (recorded at commit c0ffee0), 0 to run\n',
    );
  });
});

describe('labels', () => {
  test('an edited one keeps its records, and the tables have it', async () => {
    const { cli, folder, first } = await ran();
    expect(first.stdout).toMatch(/^\| lora +\| +0\.0030/m);
    const before = contentsOf(join(folder, 'runs'));
    write(folder, { methods: [FULL, { ...LORA, label: 'adapters' }] });
    const { code, stdout, stderr } = await cli.run('run', folder);
    expect([code, stderr]).toEqual([0, '6 runs: 6 kept (recorded at commit c0ffee0), 0 to run\n']);
    expect(cli.executed).toEqual([]);
    expect(contentsOf(join(folder, 'runs'))).toEqual(before);
    expect(stdout).toMatch(/^\| adapters +\| +0\.0030/m);
    expect(stdout).not.toMatch(/^\| lora/m);
  });

  const refused = (one: string, other: string, rate: number) =>
    `peftbench: methods: "${one}" and "${other}" are the same at the learning rate ${rate}: method, options and training; expected each run under one label\n`;

  test.each<[string, object[], string]>([
    ['two of one run', [FULL, { ...FULL, label: 'again' }], refused('full', 'again', 1e-4)],
    [
      'two of one run, of which one says what is the default',
      [
        { method: 'lora', label: 'a', learningRate: 1e-3, options: {} },
        { method: 'lora', label: 'b', learningRate: 1e-3, options: { alpha: 16 }, training: { epochs: 1 } },
      ],
      refused('a', 'b', 1e-3),
    ],
    [
      'a rate that two searches share',
      [LORA, { method: 'lora', label: 'higher', learningRate: [3e-3, 1e-2] }],
      refused('lora', 'higher', 3e-3),
    ],
    [
      'a rate that is given and searched',
      [{ ...LORA, label: 'a', learningRate: 1e-3 }, LORA],
      refused('a', 'lora', 1e-3),
    ],
  ])('%s are refused, in one line', async (_what, methods, message) => {
    const [cli, folder] = [fakeCommandLine(), temporaryFolder()];
    const searched = methods.some((method) => Array.isArray(Reflect.get(method, 'learningRate')));
    write(folder, { methods, search: searched ? STUDY.search : undefined });
    expect(await cli.run('run', folder)).toEqual({ code: 2, stdout: '', stderr: message });
    expect(Object.keys(contentsOf(folder))).toEqual(['study.json']);
  });

  test('methods that differ in final runs alone share their trials, which run once', async () => {
    const [cli, folder] = [fakeCommandLine(), temporaryFolder()];
    const long = { ...LORA, label: 'long', training: { epochs: 5 } };
    write(folder, { methods: [LORA, long], search: { ...STUDY.search, training: { epochs: 0.5 } } });
    const { code, stdout } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(cli.executed.map(({ purpose }) => purpose)).toEqual([
      ...['search', 'search'],
      ...['final', 'final', 'final', 'final'],
    ]);
    expect(stdout).toMatch(/^\| lora +\| +0\.0030/m);
    expect(stdout).toMatch(/^\| long +\| +0\.0030/m);
  });
});
