// What `run` refuses before anything is written: memory that is not there, and how to get what is missing.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import type { CostInputs } from '../../harness/cost/run-cost.ts';
import { longestTexts } from '../../harness/cost/texts.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { full } from '../../methods/full.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { contentsOf, fakeCommandLine } from './fakes.ts';

const STUDY = {
  ...{ name: 'fake', models: ['tiny'], tasks: ['glue/stsb'], seeds: [0, 1] },
  methods: [{ method: 'full', learningRate: 1e-4 }],
};
const folderOf = (study: object = STUDY, more: Record<string, string> = {}) =>
  temporaryFolder({ 'study.json': JSON.stringify(study), ...more });

/** As if each run were of a published decoder. */
function costOf(name: string) {
  const spec = PUBLISHED_DECODERS.find((decoder) => decoder.name === name)?.spec as CostInputs['spec'];
  return (config: RunConfig): CostInputs => {
    const texts = longestTexts(config.training, { examples: 100, sequences: 1, family: 'decoder' });
    return {
      spec,
      method: full,
      config,
      outputs: null,
      steps: 10,
      texts: { train: texts, evaluation: texts, source: 'bound' },
    };
  };
}

describe('memory', () => {
  test('that is predicted to be more than the machine has: one line, exit code 2, nothing written', async () => {
    const [cli, folder, out] = [fakeCommandLine(), folderOf(), join(temporaryFolder(), 'out')];
    cli.costInputs = costOf('llama2-13b');
    const { code, stdout, stderr } = await cli.run('run', folder, '--out', out);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^peftbench: full on glue\/stsb with tiny: needs about \d+ GB, and this machine has [\d.]+ GB of memory; expected a smaller training\.batchSize.*or --overcommit to run all the same\n$/,
    );
    expect(cli.executed).toEqual([]);
    expect(() => readdirSync(out)).toThrow(/ENOENT/);
  });

  test('is taken all the same with --overcommit', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    cli.costInputs = costOf('llama2-13b');
    expect((await cli.run('run', folder, '--overcommit')).code).toBe(0);
    expect(cli.executed).toHaveLength(2);
  });

  test('of several runs at once is added up', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf({ ...STUDY, seeds: Array.from({ length: 900 }, (_, i) => i) })];
    cli.costInputs = costOf('smollm2-135m');
    const { code, stderr } = await cli.run('run', folder, '--jobs', '900');
    expect(code).toBe(2);
    expect(stderr).toMatch(/ GB for a run, [\d.]+ TB for 900 at once, and this machine has .*expected fewer --jobs, /);
  });

  test('is not asked of runs that are recorded, or that compute elsewhere', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    await cli.run('run', folder);
    cli.costInputs = costOf('llama2-13b');
    expect((await cli.run('run', folder)).code).toBe(0);
    expect((await cli.run('run', folder, '--out', join(temporaryFolder(), 'out'), '--backend', 'cpu')).code).toBe(0);
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
