// `peftbench plan`: what a study takes, with weights and data and without.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import type { StudyPlan } from '../../harness/cli/plan-study.ts';
import { type Services, services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { fakeCommandLine } from './fakes.ts';

async function plan(folder: string, args: string[] = [], replaced: Partial<Services> = {}) {
  const output = captureOutput();
  await runCommandLine(['plan', folder, ...args], { ...services, matrixRate: async () => 1e11, ...replaced }, output);
  const { code, printed, written } = output;
  return { code, printed, written };
}

async function planned(folder: string, args: string[] = [], replaced: Partial<Services> = {}): Promise<StudyPlan> {
  const { code, printed, written } = await plan(folder, [...args, '--json'], replaced);
  expect([code, written]).toEqual([0, '']);
  return JSON.parse(printed);
}

const STUDY = {
  name: 'planned',
  methods: [
    { method: 'lora', options: { r: 8, targets: ['q', 'v'] }, learningRate: 1e-3 },
    { method: 'xgblora', learningRate: [1e-3, 1e-2] },
  ],
  tasks: ['glue/stsb', 'glue/rte'],
  seeds: [0, 1, 2],
  training: { batchSize: 16 },
  search: { seed: 9, holdout: 32, limitTrain: 64 },
};

/** A study of a model of which there is a configuration alone. */
function withoutWeights(config: string, study: object): string {
  const folder = temporaryFolder({ 'study.json': JSON.stringify({ ...study, models: ['./model'] }) });
  cpSync(fixturePath(`configs/${config}`), join(folder, 'model'), { recursive: true });
  return folder;
}

describe('without weights', () => {
  it('counts from config.json and published sizes, and says why there are no ids', async () => {
    const { totals, rows, finals } = await planned(withoutWeights('roberta-base', STUDY));
    // Two methods on two tasks with three seeds; of one, two trials a task.
    expect(totals).toMatchObject({ runs: 12 + 4, kept: 0, toRun: 16 });
    expect(rows.map(({ label, task, runs }) => [label, task, runs])).toEqual([
      ['lora', 'glue/stsb', 3],
      ['lora', 'glue/rte', 3],
      ['xgblora', 'glue/stsb', 5],
      ['xgblora', 'glue/rte', 5],
    ]);
    const [stsb, rte] = rows;
    expect(stsb?.cost?.counts.parameters).toMatchObject({ base: 124_055_040, trainable: 294_912 });
    expect(stsb?.cost?.steps).toBe(Math.ceil(5749 / 16));
    // Its data do not come with the project.
    expect(rte?.cost?.steps).toBe(Math.ceil(2490 / 16));
    expect([stsb?.fitsMemory, stsb?.secondsFrom]).toEqual([true, 'rate']);
    expect(totals.seconds).toBeGreaterThan(0);
    expect(finals[0]?.candidates[0]).toMatchObject({
      id: null,
      reason: expect.stringMatching(/has neither model\.safetensors/),
    });
  });

  it('prints it as tables', async () => {
    const { printed } = await plan(withoutWeights('roberta-base', STUDY));
    expect(printed).toMatch(/^16 runs: 0 kept, 16 to run: about .*FLOP, .* on disk\nthis machine: /);
    expect(printed).toMatch(/\| lora +\| glue\/stsb +\| +3 \| +3 \| +294,912 \| +294,912 \| +294,912 \| +496 MB \|/);
    expect(printed).toContain("- each run fits into this machine's memory");
    expect(printed).toMatch(/\| lora · glue\/stsb · seed 0 +\| \.\/model +\| — +\|/);
    expect(printed).toMatch(/- without an id: .*has neither model\.safetensors/);
  });

  it('says which rows are beyond this machine', async () => {
    const study = {
      ...STUDY,
      methods: [{ method: 'full', learningRate: 1e-5 }],
      tasks: [{ task: 'commonsense/boolq', protocol: 'likelihood' }],
      search: undefined,
    };
    const folder = temporaryFolder({
      'study.json': JSON.stringify({ ...study, models: ['meta-llama/Llama-2-13b-hf'] }),
    });
    const { rows } = await planned(folder);
    // Weights, gradients and moments of 13 billion parameters.
    expect(rows[0]?.cost?.memory.peak).toBeGreaterThan(16 * 13e9);
    const { printed } = await plan(folder);
    expect(printed).toMatch(/- beyond this machine's memory of .*: full on commonsense\/boolq with meta-llama/);
    // Questions are read whole, however long.
    expect(printed).toContain('time and operations are then about so much, those of training at most, as a decoder');
  });

  it('shows a dash where nothing is known of a model', async () => {
    const folder = temporaryFolder({ 'study.json': JSON.stringify({ ...STUDY, models: ['nowhere/nothing'] }) });
    const { rows, totals } = await planned(folder);
    expect(rows.map(({ cost }) => cost)).toEqual([null, null, null, null]);
    expect([totals.runs, totals.seconds]).toEqual([16, null]);
    const { printed } = await plan(folder);
    expect(printed).toMatch(/^16 runs: 0 kept, 16 to run; how long is not known\n/);
    expect(printed).toMatch(/- not known: no model "nowhere\/nothing"/);
  });

  it('refuses what a method refuses for a model of this size', async () => {
    const study = {
      ...STUDY,
      methods: [{ method: 'lora', options: { layers: [40] }, learningRate: 1e-3 }],
      search: undefined,
    };
    const { code, written } = await plan(withoutWeights('roberta-base', study));
    expect([code, written]).toEqual([
      2,
      expect.stringMatching(/layers names layer 40, but the model has layers 0 to 11\n$/),
    ]);
  });
});

describe('with weights', () => {
  const study = { ...STUDY, models: ['minilm-l6'], tasks: ['glue/stsb'], training: { batchSize: 8, maxLength: 96 } };

  it('gives each run its id, and takes texts as they are', async () => {
    const { rows, finals, trials } = await planned(temporaryFolder({ 'study.json': JSON.stringify(study) }));
    for (const { id } of [...trials, ...finals.flatMap(({ candidates }) => candidates)])
      expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(rows.map(({ cost }) => cost?.texts)).toEqual(['data', 'data']);
  });

  it('computes once what runs of several seeds and rates share', async () => {
    let asked = 0;
    const folder = temporaryFolder({
      'study.json': JSON.stringify({ ...study, seeds: Array.from({ length: 20 }, (_, i) => i) }),
    });
    await planned(folder, [], {
      costInputs: (config, sources) => {
        asked++;
        return services.costInputs(config, sources);
      },
    });
    // Final runs of two methods, and trials of one.
    expect(asked).toBe(3);
  });
});

describe('what is recorded already', () => {
  const folderOf = () =>
    temporaryFolder({
      'study.json': JSON.stringify({
        ...{ name: 'fake', models: ['tiny'], tasks: ['glue/stsb', 'glue/sst2'], seeds: [0, 1] },
        methods: [
          { method: 'full', learningRate: 1e-4 },
          { method: 'lora', learningRate: [1e-3, 3e-3] },
        ],
        search: { seed: 9, holdout: 8 },
      }),
    });

  test('is counted as run counts it', async () => {
    const [cli, folder] = [fakeCommandLine(), folderOf()];
    expect((await cli.run('plan', folder)).stdout).toMatch(/^12 runs: 0 kept, 12 to run; /);
    await cli.run('run', folder, '--only', 'method=lora,task=glue/sst2');
    expect((await cli.run('plan', folder)).stdout).toMatch(/^12 runs: 4 kept, 8 to run; /);
    await cli.run('run', folder);
    expect((await cli.run('plan', folder)).stdout).toMatch(/^12 runs: 12 kept, 0 to run\n/);
  });
});

test('plan of 10,000 runs takes seconds, not minutes', async () => {
  const study = {
    ...{ name: 'large', models: ['minilm-l6'], tasks: ['glue/stsb', 'commonsense/arc-easy'] },
    methods: Array.from({ length: 10 }, (_, i) => ({
      ...{ method: 'lora', label: `r=${i + 1}`, options: { r: i + 1 }, learningRate: 1e-3 },
    })),
    seeds: Array.from({ length: 500 }, (_, i) => i),
  };
  const folder = temporaryFolder({ 'study.json': JSON.stringify(study) });
  const began = performance.now();
  const { totals } = await planned(folder);
  expect(totals.runs).toBe(10_000);
  // 2 s where nothing else runs; the rest is for machines that do more than one thing.
  expect(performance.now() - began).toBeLessThan(10_000);
});
