import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../harness/cli/child-process.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { readRecords, writeRecord } from '../../harness/records/store.ts';
import { completed, predictionsOf, sampleConfig, unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { byRate, contentsOf, dies, fakeCommandLine } from './fakes.ts';

/** 1 model, full at one rate and lora at two, 2 tasks, 2 seeds: 4 trials and 8 final runs. */
const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [
    { method: 'full', learningRate: 1e-4 },
    { method: 'lora', learningRate: [1e-3, 3e-3] },
  ],
  tasks: ['glue/stsb', 'glue/sst2'],
  seeds: [0, 1],
  search: { seed: 9, holdout: 8 },
};
const studyFolder = (study: object = STUDY) => temporaryFolder({ 'study.json': JSON.stringify(study) });
const UNSEARCHED = { ...STUDY, methods: STUDY.methods.slice(0, 1), search: undefined };

describe('run', () => {
  test('executes trials, then final runs at the rates they chose, and prints the tables', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const { code, stdout, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(cli.executed).toHaveLength(12);
    const records = readRecords(join(folder, 'runs'));
    const ofLora = records.filter(({ config }) => config.purpose === 'final' && config.method.label === 'lora');
    expect(ofLora.map(({ config }) => config.method.learningRate)).toEqual([3e-3, 3e-3, 3e-3, 3e-3]);
    for (const { search } of ofLora) {
      expect(search?.map(({ learningRate, value }) => [learningRate, value])).toEqual([
        [1e-3, 1e-3],
        [3e-3, 3e-3],
      ]);
    }
    expect(stdout).toMatch(/\| lora +\| +0\.0030 ± 0\.0000 \| +0\.0030 ± 0\.0000 \| +0\.0030 \|/);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[0]).toBe('12 runs: 0 kept, 12 to run');
    expect(lines[1]).toMatch(/^\[1\/12\] lora · glue\/stsb · search 0\.001 · pearson 0\.001 · \d+\.\d s$/);
    expect(lines[12]).toMatch(/^\[12\/12\] lora · glue\/sst2 · seed 1 · pearson 0\.003 · \d+\.\d s$/);
  });

  test('has the overlap of splits counted before the first run begins, for the record of each', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder, '--jobs', '2');
    const [first] = cli.overlaps;
    expect(first).toEqual({ task: 'glue/stsb', folder, executed: 0 });
    // The four trials' tasks, before any of them.
    expect(new Set(cli.overlaps.filter(({ executed }) => executed === 0).map(({ task }) => task))).toEqual(
      new Set(['glue/stsb', 'glue/sst2']),
    );
    const records = readRecords(join(folder, 'runs'));
    expect(records.map(({ dataset }) => dataset.overlap)).toEqual(Array(12).fill({ exact: 1, near: 2 }));
    const before = cli.overlaps.length;
    await cli.run('run', folder);
    expect(cli.overlaps.length, 'where all is done nothing is searched').toBe(before);
  });

  test('runs nothing where all is done, and prints the same tables', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const first = await cli.run('run', folder);
    const before = contentsOf(folder);
    const again = await cli.run('run', folder);
    expect(again).toEqual({ ...first, stderr: '12 runs: 12 kept (recorded at commit c0ffee0), 0 to run\n' });
    expect(cli.executed).toHaveLength(12);
    expect([cli.workersStarted, cli.workersClosed]).toEqual([2, 2]);
    expect(contentsOf(folder)).toEqual(before);
  });

  test('resumes what was cut off', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    cli.outcome = (config) => {
      if (cli.executed.length === 7) throw new Interrupted('interrupted');
      return completed(config, config.method.learningRate);
    };
    expect((await cli.run('run', folder)).code).toBe(130);
    expect(readRecords(join(folder, 'runs'))).toHaveLength(6);
    cli.outcome = byRate;
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    expect(cli.executed).toHaveLength(7 + 6);
    expect(stderr).toMatch(/^12 runs: 6 kept \(recorded at commit c0ffee0\), 6 to run\n\[7\/12\] /);
  });

  test('counts final runs anew where an edited search chooses another rate', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder);
    writeFileSync(join(folder, 'study.json'), JSON.stringify({ ...STUDY, search: { seed: 10, holdout: 8 } }));
    cli.outcome = (config) => completed(config, -config.method.learningRate);
    const { code, stdout, stderr } = await cli.run('run', folder);
    expect(code).toBe(0);
    // Four trials and the four final runs of lora; those of full are there.
    expect(stderr.match(/^\[\d+\/12\]/gm)).toEqual([1, 2, 3, 4, 9, 10, 11, 12].map((count) => `[${count}/12]`));
    expect(stdout).toMatch(/\| lora +\| +-0\.0010 ± 0\.0000 \|/);
  });

  test('takes so many runs at once as --jobs says', async () => {
    for (const jobs of [1, 3]) {
      const cli = fakeCommandLine();
      await cli.run('run', studyFolder(), '--jobs', String(jobs));
      expect(cli.atOnce).toBe(jobs);
    }
  });

  test('writes to --out, with the study beside it, and leaves the study alone', async () => {
    const [cli, folder, out] = [fakeCommandLine(), studyFolder(), join(temporaryFolder(), 'deep', 'out')];
    expect((await cli.run('run', join(folder, 'study.json'), '--out', out)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['study.json']);
    expect(readFileSync(join(out, 'study.json'), 'utf8')).toBe(JSON.stringify(STUDY));
    expect(readRecords(join(out, 'runs'))).toHaveLength(12);
  });

  test('takes what --only names, with the trials that it needs, and shows the rest as not run', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const { code, stdout } = await cli.run('run', folder, '--only', 'method=lora,task=glue/sst2,seed=1');
    expect(code).toBe(0);
    expect(cli.executed.map(({ purpose, task, seed }) => [purpose, task.id, seed])).toEqual([
      ['search', 'glue/sst2', 9],
      ['search', 'glue/sst2', 9],
      ['final', 'glue/sst2', 1],
    ]);
    expect(stdout).toMatch(/\| lora +\| +— \(2 not run\) \| +0\.0030 \(1 not run\) \|/);
  });

  test('prints one JSON document, and nothing else on stdout', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const { stdout } = await cli.run('run', folder, '--json');
    const document: { study: string; rows: { label: string; quality: { mean: { value: number } } }[] } =
      JSON.parse(stdout);
    expect(document.study).toBe('fake');
    expect(document.rows.map(({ label, quality }) => [label, quality.mean.value])).toEqual([
      ['full', 1e-4],
      ['full', 1e-4],
      ['lora', 3e-3],
      ['lora', 3e-3],
    ]);
  });
});

describe('runs that fail', () => {
  test('leave a record with the reason, the others go on, and the exit code is 1', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(UNSEARCHED)];
    cli.outcome = (config, signal) =>
      config.task.id === 'glue/stsb' ? dies('signal SIGKILL: out of memory')(config, signal) : byRate(config, signal);
    const { code, stdout, stderr } = await cli.run('run', folder);
    expect(code).toBe(1);
    const records = readRecords(join(folder, 'runs'));
    expect(records.map(({ status }) => status).sort()).toEqual(['completed', 'completed', 'failed', 'failed']);
    expect(records.find(({ status }) => status === 'failed')?.error?.message).toBe('signal SIGKILL: out of memory');
    expect(stderr).toContain('[1/4] full · glue/stsb · seed 0 · failed: signal SIGKILL: out of memory');
    expect(stdout).toContain('full, glue/stsb: seed 1 failed: signal SIGKILL: out of memory');
  });

  test('run again, and their record is replaced', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(UNSEARCHED)];
    cli.outcome = dies('crash');
    expect((await cli.run('run', folder)).code).toBe(1);
    cli.outcome = byRate;
    expect((await cli.run('run', folder)).code).toBe(0);
    expect(readRecords(join(folder, 'runs')).map(({ status }) => status)).toEqual(Array(4).fill('completed'));
  });

  test('do not run again where they diverged, as they would again; the exit code stays 1', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(UNSEARCHED)];
    cli.outcome = (config) => unfinished(config, 'diverged', 'loss is NaN at step 1');
    expect((await cli.run('run', folder)).code).toBe(1);
    expect((await cli.run('run', folder)).code).toBe(1);
    expect(cli.executed).toHaveLength(4);
  });

  test('a trial that diverges is no failure: the search takes another rate', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    cli.outcome = (config, signal) =>
      config.purpose === 'search' && config.method.learningRate === 3e-3
        ? unfinished(config, 'diverged', 'loss is NaN')
        : byRate(config, signal);
    const { code } = await cli.run('run', folder);
    expect(code).toBe(0);
    const rates = readRecords(join(folder, 'runs')).filter(({ config }) => config.purpose === 'final');
    expect(new Set(rates.map(({ config }) => config.method.learningRate))).toEqual(new Set([1e-4, 1e-3]));
  });

  test('where all trials fail the final runs cannot run: said on stderr, exit code 1', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    cli.outcome = (config, signal) =>
      config.purpose === 'search' ? dies('crash')(config, signal) : byRate(config, signal);
    const { code, stderr } = await cli.run('run', folder);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'lora, glue/sst2, seed 1 cannot run: no trial has a score (0.001 failed: crash; 0.003 failed: crash)\n',
    );
    expect(cli.executed).toHaveLength(4 + 4);
  });

  test('bad input found by a run stops the others, and is said once they have ended', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(UNSEARCHED)];
    let stopped = 0;
    cli.outcome = async (config, signal) => {
      if (config.seed === 1) throw new InputError('train.tsv: line 3 is gone');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stopped++;
      throw new Interrupted('interrupted');
    };
    const { code, stderr } = await cli.run('run', folder, '--jobs', '2', '--only', 'task=glue/stsb');
    expect([code, stderr]).toEqual([2, '2 runs: 0 kept, 2 to run\npeftbench: train.tsv: line 3 is gone\n']);
    expect([stopped, cli.workersClosed]).toEqual([1, 1]);
    expect(readRecords(join(folder, 'runs'))).toEqual([]);
  });
});

describe('bad input', () => {
  test.each<[what: string, study: object, args: string[], message: RegExp]>([
    ['a misspelled key', { ...STUDY, sedes: [1] }, [], /study\.json: sedes: unknown key .*did you mean "seeds"/],
    ['a model that there is not', { ...STUDY, models: ['tiny', 'absent'] }, [], /no model "absent"/],
    ['a data folder that there is not', STUDY, ['--data', '/nowhere'], /--data \/nowhere: no such folder/],
    ['a key of --only', STUDY, ['--only', 'metod=lora'], /--only: "metod" is no key, did you mean "method"\?/],
    [
      'a value of --only',
      STUDY,
      ['--only', 'method=lroa'],
      /--only method: "lroa" is no method of this study, did you mean "lora"\?; expected full, lora/,
    ],
    [
      'no value of --only',
      STUDY,
      ['--only', 'lora'],
      /--only: "lora"; expected key=value with a key of method, task, seed, model/,
    ],
    ['a key of every object', STUDY, ['--only', 'constructor=1'], /--only: "constructor" is no key/],
    ['the key __proto__', STUDY, ['--only', '__proto__=1'], /--only: "__proto__" is no key/],
    ['--jobs 0', STUDY, ['--jobs', '0'], /--jobs.*'0'.*whole number of at least 1/],
    ['--threads x', STUDY, ['--threads', 'x'], /--threads.*'x'.*whole number of at least 1/],
    ['a backend that there is not', STUDY, ['--backend', 'onx'], /--backend.*onnx, tensorflow, cpu/],
    ['a backend that is not installed', STUDY, ['--backend', 'tensorflow'], /the tensorflow backend is not there/],
    ['a device that there is not', STUDY, ['--device', 'gpu'], /--device.*cpu, webgpu, cuda, coreml, dml/],
    ['a device that is missing here', STUDY, ['--device', 'cuda'], /the device cuda is not there/],
    ['an unknown option', STUDY, ['--jbos', '2'], /unknown option '--jbos'.*--jobs/],
  ])('%s: one line, exit code 2, nothing run and nothing written', async (_what, study, args, message) => {
    const [cli, folder, out] = [fakeCommandLine(), studyFolder(study), join(temporaryFolder(), 'out')];
    const before = contentsOf(folder);
    const { code, stdout, stderr } = await cli.run('run', folder, '--out', out, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    expect(cli.executed).toEqual([]);
    expect(contentsOf(folder)).toEqual(before);
    expect(() => readdirSync(out)).toThrow(/ENOENT/);
  });

  test('a backend other than that of the records that are there', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder, '--backend', 'cpu', '--only', 'method=lora');
    const [before, executed] = [contentsOf(folder), cli.executed.length];
    expect(await cli.run('run', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/runs: has records of cpu on cpu; expected onnx on cpu, or another --out\n$/),
    });
    expect(contentsOf(folder)).toEqual(before);
    expect(cli.executed).toHaveLength(executed);
    expect((await cli.run('run', folder, '--backend', 'cpu')).code).toBe(0);
  });

  test('a malformed record is named before anything is written', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const out = temporaryFolder({ 'runs/0123456789abcdef.json': '{}' });
    const { code, stderr } = await cli.run('run', folder, '--out', out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/0123456789abcdef\.json: status: missing/);
    expect(Object.keys(contentsOf(out))).toEqual(['runs/0123456789abcdef.json']);
  });

  test('a command that there is not, or none', async () => {
    const cli = fakeCommandLine();
    expect(await cli.run('rnu')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]*unknown command 'rnu'.*run[^\n]*\n$/),
    });
    expect(await cli.run()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]*expected run, report, [^\n]*\n$/),
    });
  });

  test('--help and --version are no errors', async () => {
    const cli = fakeCommandLine();
    expect((await cli.run('--help')).code).toBe(0);
    expect(await cli.run('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('report, verify and compare', () => {
  test('report writes the tables below report/ from records alone, trials among the runs', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const { stdout: ofRun } = await cli.run('run', folder);
    const [before, written] = [cli.executed.length, contentsOf(folder)];
    const { code, stdout } = await cli.run('report', folder);
    expect([code, stdout]).toEqual([0, ofRun]);
    expect(stdout).toContain('\n\n## fake: tiny, the methods compared\n');
    expect(cli.executed).toHaveLength(before);
    const files = contentsOf(folder);
    expect(files, 'run writes the same').toEqual(written);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['report/tables.md', 'report/quality.csv', 'report/cost.csv', 'report/runs.csv']),
    );
    expect(files['report/runs.csv']?.trimEnd().split('\n')).toHaveLength(1 + 12);
    JSON.parse((await cli.run('report', folder, '--json')).stdout);
  });

  test('report of a study without records is bad input', async () => {
    const folder = studyFolder();
    expect(await fakeCommandLine().run('report', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no records of this study'),
    });
    expect(readdirSync(folder)).toEqual(['study.json']);
  });

  test('verify runs every settled record again and compares', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder);
    const before = contentsOf(folder);
    expect(await cli.run('verify', folder)).toMatchObject({
      code: 0,
      stdout: 'Reproduced 12 of 12 records bit for bit.\n',
    });
    expect(cli.executed).toHaveLength(24);
    expect(contentsOf(folder)).toEqual(before);
    cli.outcome = (config) =>
      completed(config, config.method.learningRate, config.seed === 1 ? [0.5, 0.125] : [0.5, 0.25]);
    const { code, stdout } = await cli.run('verify', join(folder, 'study.json'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Reproduced 8 of 12 records bit for bit; .* differs first at step 1 \(loss 0\.125 here, 0\.25 recorded\); 3 more differ; environment: the same\.\n$/,
    );
  });

  test('verify has the overlap searched for again, whatever a folder keeps', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(UNSEARCHED)];
    await cli.run('run', folder);
    cli.overlaps.length = 0;
    await cli.run('verify', folder);
    expect(cli.overlaps.map((asked) => asked.folder)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('verify takes one record, and tells of a rerun that crashes', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder);
    const [record] = readRecords(join(folder, 'runs'));
    const file = join(folder, 'runs', `${record?.id}.json`);
    expect(await cli.run('verify', file)).toMatchObject({
      code: 0,
      stdout: 'Reproduced 1 of 1 records bit for bit.\n',
    });
    cli.outcome = dies('signal SIGSEGV');
    const { code, stdout } = await cli.run('verify', file);
    expect([code, stdout.includes('is failed here (signal SIGSEGV), completed recorded')]).toEqual([1, true]);
  });

  test('verify runs on as many threads as it is told, and prints one JSON document', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder);
    cli.threads.length = 0;
    const { code, stdout } = await cli.run('verify', folder, '--threads', '3', '--json');
    expect(new Set(cli.threads)).toEqual(new Set([3]));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ total: 12, reproduced: 12, differences: [], agreements: [] });
    expect((await cli.run('verify', folder, '--threads', '0')).code).toBe(2);
  });

  test('verify uses the backend of each record unless told otherwise', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder, '--backend', 'cpu');
    const onCpu = await cli.run('verify', folder);
    expect(onCpu).toMatchObject({ code: 0, stdout: 'Reproduced 12 of 12 records bit for bit.\n' });
    cli.outcome = (config) => completed(config, config.method.learningRate, [0.5, 0.375]);
    expect((await cli.run('verify', folder)).code).toBe(1);
    expect(await cli.run('verify', folder, '--backend', 'onnx')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Reproduced 0 of 12 .*; 12 were recorded on cpu on cpu and run on onnx on cpu here, .* differ by 0\.13 at most/,
      ),
    });
    expect(await cli.run('verify', folder, '--backend', 'tensorflow')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the tensorflow backend is not there'),
    });
  });

  test('a device is part of what a folder keeps to, and verify uses that of each record unless told otherwise', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    expect((await cli.run('run', folder, '--device', 'webgpu')).code).toBe(0);
    const devices = () => readRecords(join(folder, 'runs')).map(({ environment }) => environment.device);
    expect(new Set(devices())).toEqual(new Set(['webgpu']));
    expect(await cli.run('run', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/has records of onnx on webgpu; expected onnx on cpu, or another --out\n$/),
    });
    cli.outcome = (config) => completed(config, config.method.learningRate, [0.5, 0.375]);
    const places = async (...args: string[]) =>
      /recorded on (.* on \w+) and run on (.* on \w+) here/.exec((await cli.run('verify', folder, ...args)).stdout);
    expect(await places()).toMatchObject({ 1: 'onnx on webgpu', 2: 'onnx on webgpu' });
    expect(await places('--device', 'cpu')).toMatchObject({ 1: 'onnx on webgpu', 2: 'onnx on cpu' });
    expect(await places('--backend', 'cpu')).toMatchObject({ 1: 'onnx on webgpu', 2: 'cpu on cpu' });
    expect(await cli.run('verify', folder, '--device', 'cuda')).toMatchObject({
      code: 2,
      stderr: 'peftbench: the device cuda is not there\n',
    });
  });

  test('verify refuses a record of other data or code, no records, and no file', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    const record = { ...completed(sampleConfig(), 0.5), id: 'fedcba9876543210' };
    writeRecord(folder, record, predictionsOf(record));
    expect(await cli.run('verify', join(folder, 'fedcba9876543210.json'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('other weights, data or training semantics'),
    });
    expect(await cli.run('verify', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no completed record'),
    });
    expect(await cli.run('verify', join(folder, 'nope'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such file or folder'),
    });
    expect(cli.executed).toEqual([]);
  });

  test('verify --against tells without judging and runs nothing; a folder that there is not is bad input, one without records is said', async () => {
    const [cli, folder, out] = [fakeCommandLine(), studyFolder(), temporaryFolder()];
    await cli.run('run', folder, '--out', out);
    expect(await cli.run('verify', folder, '--against', out)).toMatchObject({
      code: 0,
      stdout: `${folder} has no records yet to compare with.\n`,
    });
    expect(await cli.run('verify', out, '--against', out)).toMatchObject({
      code: 0,
      stdout: 'Reproduced 12 of 12 records bit for bit.\n',
    });
    expect(await cli.run('verify', out, '--against', folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Reproduced 0 of 12 .* 11 more differ/),
    });
    expect(await cli.run('verify', join(folder, 'x'), '--against', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such folder'),
    });
  });
});
