// PEFTBENCH_DATA and PEFTBENCH_MODELS stand for --data and --models.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

afterEach(() => vi.unstubAllEnvs());

const study = (task: string, model: string) => ({
  name: 'environment',
  models: [model],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: [task],
  seeds: [0],
  training: { maxLength: 32 },
});

async function list(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = captureOutput();
  await runCommandLine(['list', 'tasks', ...args], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

async function plan(model: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const folder = temporaryFolder({ 'study.json': JSON.stringify(study('glue/stsb', model)) });
  const output = captureOutput();
  await runCommandLine(['plan', folder], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

it('data are looked for where PEFTBENCH_DATA says, unless --data does', async () => {
  const data = join(fixturePath('glue'), 'tsv');
  const rte = /^\| glue\/rte .*\| here /m;
  expect((await list()).stdout).not.toMatch(rte);
  vi.stubEnv('PEFTBENCH_DATA', data);
  expect((await list()).stdout).toMatch(rte);
  expect((await list('--data', temporaryFolder())).stdout).not.toMatch(rte);
});

it('an empty one is an error, as an empty path is', async () => {
  vi.stubEnv('PEFTBENCH_DATA', '');
  expect(await list()).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]*--data[^\n]*PEFTBENCH_DATA[^\n]*expected a path\n$/),
  });
});

it('models are looked for where PEFTBENCH_MODELS says', async () => {
  const models = temporaryFolder();
  cpSync(fixturePath('encoder/tiny-bert'), join(models, 'mine'), { recursive: true });
  expect((await plan('mine')).stdout).toContain('no model "mine"');
  vi.stubEnv('PEFTBENCH_MODELS', models);
  const found = await plan('mine');
  expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('mine') });
  expect(found.stdout).not.toContain('no model');
});

it('what is missing names both ways to say where it is', async () => {
  const output = captureOutput();
  const folder = temporaryFolder({ 'study.json': JSON.stringify(study('glue/rte', 'absent')) });
  await runCommandLine(['run', folder], services, output);
  expect(output.written).toMatch(
    /no model "absent".*\(--models DIR, or PEFTBENCH_MODELS in the environment, names a folder of models\)/,
  );
  expect(output.written).toMatch(
    /glue\/rte: no data.*\(--data DIR, or PEFTBENCH_DATA in the environment, names another place\)/,
  );
  expect(output.code).toBe(2);
});
