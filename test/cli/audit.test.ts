// `audit` as a user runs it: what it prints, its exit code, and what tables say of it.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../harness/audit/audit.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { QUICK } from '../audit/quick-study.ts';
import { captureOutput } from './captured-output.ts';

async function peftbench(...args: string[]) {
  const output = captureOutput();
  await runCommandLine(args, services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

/** A copy of results/quick, with its study changed. */
function quickCopy(change: (study: string) => string = (study) => study): string {
  const folder = temporaryFolder();
  cpSync(join(QUICK, 'runs'), join(folder, 'runs'), { recursive: true });
  writeFileSync(join(folder, 'study.json'), change(readFileSync(join(QUICK, 'study.json'), 'utf8')));
  return folder;
}

const ALL = 'glue/stsb, commonsense/arc-easy, commonsense/openbookqa';

it('says of results/quick what its size and its settings are', async () => {
  const { code, stdout, stderr } = await peftbench('audit', QUICK);
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(
    /^warning scale: lora 2; xgblora 16 \(glue\/stsb, commonsense\/arc-easy, commonsense\/openbookqa\): /,
  );
  expect(lines.at(-2)).toMatch(/^\d+ rules on 9 rows: 0 errors, 6 warnings$/);
  const { findings }: { findings: Finding[] } = JSON.parse((await peftbench('audit', QUICK, '--json')).stdout);
  const told = findings.map(({ rule, tasks, rows }) => [
    rule,
    tasks.map((task) => task.replace(/.*\//, '')).join(),
    rows.map(({ label, values }) => `${label} ${values}`).join(),
  ]);
  const all = 'stsb,arc-easy,openbookqa';
  expect(told).toEqual([
    ['scale', all, 'lora 2,xgblora 16'],
    ['edge', 'stsb', 'full largest,lora largest,xgblora largest'],
    ['edge', 'arc-easy', 'full largest,lora largest,xgblora smallest'],
    ['edge', 'openbookqa', 'full largest'],
    ['seeds', all, 'full 2,lora 2,xgblora 2'],
    ['boosters', 'arc-easy,openbookqa', 'xgblora 1'],
  ]);
});

it('exits with 1 where it is asked to be strict and finds what it was asked for', async () => {
  const folder = quickCopy((study) => study.replace('"seeds": [0, 1]', '"seeds": [0, 1, 2]'));
  const codes = async (study: string) => [
    (await peftbench('audit', study)).code,
    (await peftbench('audit', study, '--strict')).code,
    (await peftbench('audit', study, '--strict=error')).code,
    (await peftbench('audit', study, '--strict=warning')).code,
  ];
  expect(await codes(QUICK)).toEqual([0, 0, 0, 1]);
  expect(await codes(folder)).toEqual([0, 1, 1, 1]);
  expect((await peftbench('audit', folder)).stdout.split('\n')[0]).toBe(
    `error missing (row.missing): full, lora, xgblora 1 (${ALL}): a mean over fewer seeds than the others is another figure`,
  );
  const refused = await peftbench('audit', folder, '--strict=fatal');
  expect(refused).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/--strict.*expected error or warning/),
  });
});

it('takes rules from audit.json beside the study, and shows in tables what they find', async () => {
  const folder = quickCopy();
  const reason = 'the method has a step of its own';
  writeFileSync(
    join(folder, 'audit.json'),
    JSON.stringify({
      rules: [{ name: 'long', key: 'trained.steps', from: 50, level: 'error', why: 'ours are of 50 steps or more' }],
      lower: ['scale', 'edge', 'boosters'].map((rule) => ({ rule, to: 'off', reason })),
    }),
  );
  const { stdout } = await peftbench('audit', folder, '--json');
  const { findings, off, rules } = JSON.parse(stdout);
  expect(findings.map(({ rule, tasks }: { rule: string; tasks: string[] }) => [rule, tasks])).toEqual([
    ['long', ['commonsense/arc-easy']],
    ['long', ['commonsense/openbookqa']],
    ['seeds', ALL.split(', ')],
  ]);
  expect(off).toContainEqual({ rule: 'scale', reason });
  expect(rules.map(({ name }: { name: string }) => name)).toContain('long');
  expect((await peftbench('audit', folder)).stdout).toContain(`\noff scale: ${reason}\n`);
  const tables = (await peftbench('report', folder)).stdout;
  expect(tables.match(/^- error long .*$/gm)).toEqual([
    '- error long (trained.steps): full, lora, xgblora 6 (commonsense/arc-easy): ours are of 50 steps or more',
    '- error long (trained.steps): full, lora, xgblora 8 (commonsense/openbookqa): ours are of 50 steps or more',
  ]);
  expect(tables).not.toContain('scale:');
});

it('refuses rules that make no sense in one line, before anything is run or written', async () => {
  const folder = quickCopy();
  writeFileSync(join(folder, 'audit.json'), '{"lower": [{"rule": "scael", "to": "off", "reason": "none"}]}');
  for (const args of [
    ['audit', folder],
    ['report', folder],
    ['run', folder],
  ]) {
    expect(await peftbench(...args), args[0]).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^peftbench: \S+audit\.json: lower\[0\]\.rule: "scael" is no rule, did you mean "scale"\?.*\n$/,
      ),
    });
  }
});
