// `list`: the tasks with their data, a method with its options, and what a name that there is not is told.
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { TASKS } from '../../datasets/index.ts';
import { METHODS } from '../../methods/index.ts';
import { fixturePath } from '../fixtures.ts';
import { captureOutput } from './captured-output.ts';

async function list(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(['list', ...args], services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

describe('list tasks', () => {
  it('has every task, and the examples of those whose data come with the project', async () => {
    const tasks: { id: string; examples: object | null; protocols: string[] }[] = JSON.parse(
      (await list('tasks', '--json')).stdout,
    );
    expect(tasks.map(({ id }) => id)).toEqual(TASKS.map(({ id }) => id));
    const here = tasks.filter(({ examples }) => examples !== null);
    expect(here.map(({ id, examples }) => [id, examples])).toEqual([
      ['glue/stsb', { train: 5749, evaluation: 1500 }],
      ['commonsense/arc-easy', { train: 2251, evaluation: 2376 }],
      ['commonsense/openbookqa', { train: 4957, evaluation: 500 }],
    ]);
    expect(here.map(({ protocols }) => protocols.length)).toEqual([0, 3, 3]);
  });

  it('finds more below --data, and says what is not here', async () => {
    const { stdout } = await list('tasks', '--data', `${fixturePath('glue')}/tsv`);
    expect(stdout).toMatch(/^\| glue\/rte +\| classification +\| accuracy +\| +\| \d+ +\| \d+ +\| here /m);
    expect(stdout).toMatch(/^\| mmlu +\| choice +\| accuracy +\| likelihood, answer, generate \| +\| +\| not here /m);
  });
});

describe('list methods NAME', () => {
  it.each(METHODS.map(({ name }) => name))('%s has its options with defaults, and what it trains', async (name) => {
    const method = METHODS.find((each) => each.name === name);
    const { code, stdout } = await list('methods', name, '--json');
    const listed = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(listed.options.map((option: { name: string }) => option.name)).toEqual(
      Object.keys(method?.optionsSchema.properties ?? {}),
    );
    for (const option of listed.options) expect(Object.values(option)).not.toContain('');
    expect(listed.counts[0]).toMatchObject({ model: 'minilm-l6', roles: 'q, k, v, o, up, down', total: 22_713_216 });
  });

  it('gives the published count of LoRA, and says where it acts', async () => {
    const { stdout } = await list('methods', 'lora');
    // r = 8 on all maps of six layers: 6 * 8 * (4 * (384 + 384) + 2 * (384 + 1536)).
    expect(stdout).toMatch(
      /^\| minilm-l6 +\| q, k, v, o, up, down +\| +331,776 \| +331,776 \| +331,776 \| +1\.46 % \|/m,
    );
    expect(stdout).toMatch(/^\| r +\| 8 +\| an integer from 1 up to 65536 +\| rank of an adapter +\|/m);
  });

  it('refuses a name that there is not, and a name of what has none', async () => {
    expect(await list('methods', 'lroa')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"lroa" is no method, did you mean "lora"\?/),
    });
    expect(await list('tasks', 'glue/stsb')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^peftbench: list tasks: "glue\/stsb"; expected nothing after it/),
    });
  });
});
