// What `run` refuses before anything is written: memory that is not there, and how to get what is missing.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { completed } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { costInputsAs } from './cost-inputs-as.ts';
import { contentsOf, fakeCommandLine } from './fakes.ts';

const STUDY = {
  ...{ name: 'fake', models: ['tiny'], tasks: ['glue/stsb'], seeds: [0, 1] },
  methods: [{ method: 'full', learningRate: 1e-4 }],
};
const folderOf = (study: object = STUDY, more: Record<string, string> = {}) =>
  temporaryFolder({ 'study.json': JSON.stringify(study), ...more });

describe('memory', () => {
  test('that is predicted to be more than the machine has: one line, exit code 2, nothing written', async () => {
    const [cli, folder, out] = [fakeCommandLine(), folderOf(), join(temporaryFolder(), 'out')];
    cli.costInputs = costInputsAs('llama2-13b');
    const { code, stdout, stderr } = await cli.run('run', folder, '--out', out);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^peftbench: .*\/study\.json: full on glue\/stsb with tiny is predicted to need \d+ GB, give or take 15 %, and this machine has [\d.]+ GB of memory; expected a smaller training\.batchSize.*or --overcommit to run all the same\n$/,
    );
    expect(cli.executed).toEqual([]);
    expect(() => readdirSync(out)).toThrow(/ENOENT/);
  });

  test('is taken all the same with --overcommit', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    cli.costInputs = costInputsAs('llama2-13b');
    expect((await cli.run('run', folder, '--overcommit')).code).toBe(0);
    expect(cli.executed).toHaveLength(2);
  });

  test('of several runs at once is added up', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf({ ...STUDY, seeds: Array.from({ length: 900 }, (_, i) => i) })];
    cli.costInputs = costInputsAs('smollm2-135m');
    const { code, stderr } = await cli.run('run', folder, '--jobs', '900');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /\/study\.json: 900 runs at once are predicted to need [\d.]+ TB \([\d.]+ GB of it full on .* 15 %, and this machine has .*expected fewer --jobs, /,
    );
  });

  test('is not asked of runs that are recorded, or that compute elsewhere', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    await cli.run('run', folder);
    cli.costInputs = costInputsAs('llama2-13b');
    expect((await cli.run('run', folder)).code).toBe(0);
    expect((await cli.run('run', folder, '--out', join(temporaryFolder(), 'out'), '--backend', 'cpu')).code).toBe(0);
  });

  test('is asked of those that --rerun takes again', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    await cli.run('run', folder);
    cli.sources = 'others';
    cli.costInputs = costInputsAs('llama2-13b');
    expect((await cli.run('run', folder)).code).toBe(0);
    const { code, stderr } = await cli.run('run', folder, '--rerun');
    expect([code, stderr]).toEqual([2, expect.stringContaining('full on glue/stsb with tiny is predicted to need')]);
  });

  test('is asked of the setting that a search chose, not of those that it rejected', async () => {
    const study = {
      ...STUDY,
      methods: [{ method: 'lora', learningRate: 1e-3, space: { 'options.r': { from: 1, to: 64, scale: 'log' } } }],
      search: { seed: 9, holdout: 8, strategy: 'random', trials: 4 },
    };
    const [cli, folder] = [fakeCommandLine(), folderOf(study)];
    const rankOf = ({ method }: RunConfig) => Number(method.options.r);
    cli.outcome = (config) => completed(config, rankOf(config) / 128);
    await cli.run('run', folder);
    const best = Math.max(...cli.executed.map(rankOf));
    writeFileSync(join(folder, 'study.json'), JSON.stringify({ ...study, seeds: [0, 1, 2] }));
    const [large, small] = [costInputsAs('llama2-13b'), costInputsAs('smollm2-135m')];
    cli.costInputs = (config) => (rankOf(config) === best ? large : small)(config);
    expect((await cli.run('run', folder)).code).toBe(2);
    cli.costInputs = (config) => (rankOf(config) === best ? small : large)(config);
    const { code, stderr } = await cli.run('run', folder);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^7 runs: 6 kept/)]);
  });
});

describe('models and data that are missing', () => {
  const run = async (folder: string) => {
    const output = captureOutput();
    await runCommandLine(['run', folder], services, output);
    return { code: output.code, written: output.written };
  };

  test.each<[what: string, study: object, message: RegExp]>([
    ['a model', { ...STUDY, models: ['org/model'] }, /^peftbench: no model "org\/model"/],
    ['data', { ...STUDY, models: ['minilm-l6'], tasks: ['glue/rte'] }, /^peftbench: glue\/rte: no data in .*--data/],
  ])('%s: where to get it, in the same line, and nothing is written', async (_what, study, message) => {
    const folder = folderOf(study, { 'sources.json': '{}' });
    const before = contentsOf(folder);
    const { code, written } = await run(folder);
    expect(code).toBe(2);
    expect(written).toMatch(message);
    expect(written).toContain(
      `; \`peftbench fetch ${folder} --models DIR --data DIR\` downloads what its sources.json names\n`,
    );
    expect(written.match(/\n/g)).toHaveLength(1);
    expect(contentsOf(folder)).toEqual(before);
  });

  test('a study that does not say where they come from cannot fetch them', async () => {
    const { written } = await run(folderOf({ ...STUDY, models: ['org/model'] }));
    expect(written).not.toContain('fetch');
  });
});
