// Models that a study names by their paths, from beginning to end.
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import type { Output } from '../../harness/cli/output.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const STUDY = {
  name: 'paths',
  methods: [{ method: 'lora', options: { r: 1 }, learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 8, limitEval: 8 }],
  seeds: [0],
  training: { maxLength: 16, batchSize: 4 },
};

async function peftbench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  const captured = captureOutput();
  const output: Output = Object.create(captured, {
    print: {
      value: (text: string) => {
        stdout += text;
      },
    },
  });
  await runCommandLine(args, services, output);
  return { code: captured.code, stdout, stderr: captured.written };
}

/** A folder with `study/study.json` of these models, and a model in `models/tiny`. */
function workplace(...models: string[]): string {
  const folder = temporaryFolder({ 'study/study.json': JSON.stringify({ ...STUDY, models }) });
  cpSync(fixturePath('encoder/tiny-bert'), join(folder, 'models/tiny'), { recursive: true });
  return folder;
}

async function idIn(folder: string): Promise<string> {
  const { stdout, stderr } = await peftbench('plan', join(folder, 'study'), '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout).finals[0].candidates[0].id;
}

test('paths start from the study, and their spelling is not in the ids', async () => {
  const folder = workplace('../models/tiny');
  const id = await idIn(folder);
  for (const model of ['../study/../models/./tiny', join(folder, 'models/tiny'), 'beside']) {
    cpSync(fixturePath('encoder/tiny-bert'), join(folder, 'study/beside'), { recursive: true });
    writeFileSync(join(folder, 'study/study.json'), JSON.stringify({ ...STUDY, models: [model] }));
    expect(await idIn(folder)).toBe(id);
  }
});

test('a run elsewhere, its verification and a model that moved', async () => {
  const folder = workplace('../models/tiny');
  const [study, out] = [join(folder, 'study'), join(folder, 'a/b/out')];
  const run = async (...args: string[]) => JSON.parse((await peftbench('run', ...args, '--json')).stdout);
  expect(await run(study, '--out', out, '--only', 'model=../models/tiny')).toMatchObject({ executed: 1, failed: 0 });
  expect(JSON.parse(readFileSync(join(out, 'study.json'), 'utf8')).models).toEqual(['../../../models/tiny']);
  expect(await run(study, '--out', out)).toMatchObject({ executed: 0, rows: [{ runs: { completed: 1 } }] });
  expect(await run(out)).toMatchObject({ executed: 0, rows: [{ runs: { completed: 1 } }] });
  expect((await peftbench('verify', out)).stdout).toMatch(/^Reproduced 1 of 1 records/);
  renameSync(join(folder, 'models'), join(folder, 'weights'));
  writeFileSync(join(study, 'study.json'), JSON.stringify({ ...STUDY, models: ['../weights/tiny'] }));
  expect(await run(study, '--out', out)).toMatchObject({
    executed: 0,
    rows: [{ model: '../../../weights/tiny', runs: { completed: 1 } }],
  });
}, 120_000);

test.each([
  ['spelled twice', ['../models/tiny', '../models/./tiny'], /models\[1\]: "\.\.\/models\/tiny" stands there twice/],
  ['with the same weights', ['../models/tiny', './copy'], /"\.\.\/models\/tiny" and "\.\/copy" have the same weights/],
  ['that is not there', ['./tiny', 'no'], /no model "\.\/tiny" .*looked for .*study\/tiny\).*\n.*no model "no"/],
])('a model %s is refused', async (_what, models, message) => {
  const folder = workplace(...models);
  cpSync(fixturePath('encoder/tiny-bert'), join(folder, 'study/copy'), { recursive: true });
  const { code, stderr } = await peftbench('run', relative(process.cwd(), join(folder, 'study')));
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
