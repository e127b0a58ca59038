// `compare A B`: what changed between two studies' results, in words and as a document.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completed } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [
    { method: 'full', learningRate: 1e-4 },
    { method: 'lora', learningRate: 1e-3 },
  ],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
};
const studyFolder = (study: object = STUDY) => temporaryFolder({ 'study.json': JSON.stringify(study) });

describe('compare', () => {
  it('of a study with itself says that nothing changed', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder);
    const { code, stdout } = await cli.run('compare', folder, folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: 2 rows in both, 0 only in A, 0 only in B\.\n/);
    expect(stdout.match(/unchanged: every prediction is the same/g)).toHaveLength(2);
    expect(stdout).not.toMatch(/may explain|set otherwise/);
  });

  it('says what changed, what was set otherwise, what is in one alone, and runs nothing', async () => {
    const [cli, first] = [fakeCommandLine(), studyFolder()];
    const second = studyFolder({
      ...STUDY,
      name: 'other',
      methods: [
        { method: 'lora', learningRate: 1e-3, options: { r: 4 } },
        { method: 'lora', label: 'new', learningRate: 3e-3 },
      ],
    });
    await cli.run('run', first);
    cli.outcome = (config) => completed(config, 0.5);
    cli.sources = 'edited';
    await cli.run('run', second);
    const executed = cli.executed.length;
    const { code, stdout } = await cli.run('compare', first, join(second, 'study.json'));
    expect([code, cli.executed.length]).toEqual([0, executed]);
    expect(stdout).toContain(`A is ${first}, B ${second}: 1 row in both, 1 only in A, 1 only in B.`);
    expect(stdout).toMatch(
      /^\| lora +\| glue\/stsb \(pearson\) +\| +0\.0010 ± 0\.0000 \| +0\.5000 ± 0\.0000 \| \+0\.4990 \|/m,
    );
    expect(stdout).toContain('- set otherwise in lora, glue/stsb: method.options.r 8 → 4\n');
    expect(stdout).toMatch(
      /^- may explain a change of lora, glue\/stsb: warning sources \(code\.sourcesSha256\) [0-9a-f]{12} → [0-9a-f]{12}: /m,
    );
    expect(stdout).toContain('- only in A: full, glue/stsb\n');
    expect(stdout).toContain('- only in B: new, glue/stsb\n');
  });

  it('prints one JSON document', async () => {
    const [cli, folder, other] = [fakeCommandLine(), studyFolder(), temporaryFolder()];
    await cli.run('run', folder);
    cpSync(folder, other, { recursive: true });
    const document = JSON.parse((await cli.run('compare', folder, other, '--json')).stdout);
    expect(document).toMatchObject({
      first: { study: 'fake', folder },
      second: { study: 'fake', folder: other },
      rows: [
        { label: 'full', verdict: 'unchanged', change: { design: 'paired', identical: true }, confounds: [] },
        { label: 'lora', verdict: 'unchanged' },
      ],
      onlyFirst: [],
      onlySecond: [],
    });
  });

  it('refuses a study without records, and what is no study, in one line each', async () => {
    const [cli, folder, empty] = [fakeCommandLine(), studyFolder(), studyFolder()];
    await cli.run('run', folder);
    expect(await cli.run('compare', folder, empty)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `peftbench: ${join(empty, 'runs')}: no completed run of this study; expected some, made by \`run\`\n`,
    });
    expect(await cli.run('compare', folder, join(empty, 'x'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such file'),
    });
    writeFileSync(join(empty, 'study.json'), '{');
    expect(await cli.run('compare', folder, empty)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not JSON'),
    });
  });
});

it('verify --against takes nothing that says how to run', async () => {
  const [cli, folder] = [fakeCommandLine(), studyFolder()];
  await cli.run('run', folder);
  expect(JSON.parse((await cli.run('verify', folder, '--against', folder, '--json')).stdout)).toMatchObject({
    total: 4,
    reproduced: 4,
  });
  expect(await cli.run('verify', folder, '--against', folder, '--threads', '2')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--against.*cannot be used with.*--threads/),
  });
  expect((await cli.run('verify', folder, '--against', '')).stderr).toMatch(/--against.*expected a path/);
});
