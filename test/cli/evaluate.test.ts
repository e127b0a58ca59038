// `peftbench evaluate` refuses what it cannot score, in one line.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

it.each([
  [
    'an encoder',
    ['--model', 'minilm-l6', '--task', 'commonsense/arc-easy'],
    /needs a decoder; minilm-l6 is an encoder/,
  ],
  ['a task without options', ['--model', 'minilm-l6', '--task', 'glue/stsb'], /glue\/stsb is a task of regression/],
  ['an unknown task', ['--model', 'minilm-l6', '--task', 'commonsense/arc-esay'], /arc-esay.*arc-easy/],
  ['an unknown model', ['--model', 'minilm-l7', '--task', 'commonsense/arc-easy'], /minilm-l7.*minilm-l6/],
  ['an unknown protocol', ['--model', 'm', '--task', 't', '--protocol', 'guess'], /guess.*likelihood/],
  [
    'more shots than there are',
    ['--model', 'minilm-l6', '--task', 'commonsense/openbookqa', '--shots', '4958'],
    /commonsense\/openbookqa: shots: 4958; expected at most 4957/,
  ],
  ['shots that are no number', ['--model', 'm', '--task', 't', '--shots', 'few'], /whole number of at least 0/],
  ['no task', ['--model', 'minilm-l6'], /--task/],
])('%s', async (_name, args, cause) => {
  const output = captureOutput();
  const file = join(temporaryFolder(), 'scores.jsonl');
  await runCommandLine(['evaluate', ...args, '--out', file], services, output);
  expect(output.written).toMatch(cause);
  expect(output.written.trim().split('\n')).toHaveLength(1);
  expect(output.code).toBe(2);
  expect(existsSync(file)).toBe(false);
});

it.each([
  [
    'a task twice',
    ['--task', 'commonsense/arc-easy,commonsense/arc-easy'],
    /--task: "commonsense\/arc-easy" stands there twice/,
  ],
  [
    'one file for several tasks',
    ['--task', 'commonsense/arc-easy', '--task', 'commonsense/openbookqa', '--out', 'scores.jsonl'],
    /--out: scores\.jsonl is a file; expected a folder \(with a \/ at its end\), as there are several tasks/,
  ],
])('%s', async (_name, args, cause) => {
  const output = captureOutput();
  await runCommandLine(['evaluate', '--model', 'minilm-l6', ...args], services, output);
  expect(output.written).toMatch(cause);
  expect(output.code).toBe(2);
});

it('scores several tasks in one call, as a table and as a list, with the answers of each', async () => {
  const folder = temporaryFolder();
  const asked = ['--model', fixturePath('decoder/llama'), '--limit', '3', '--out', `${folder}/`];
  const tasks = ['--task', 'commonsense/arc-easy,commonsense/openbookqa'];
  const output = captureOutput();
  await runCommandLine(['evaluate', ...asked, ...tasks], services, output);
  expect(output.code).toBe(0);
  expect(output.printed).toMatch(/^\| \S+ +\| commonsense\/arc-easy .*\| +\d\.\d{4} ± \d\.\d{4} \|/m);
  expect(output.printed).toMatch(/^\| \S+ +\| commonsense\/openbookqa /m);
  expect(readdirSync(folder)).toHaveLength(2);
  const json = captureOutput();
  await runCommandLine(['evaluate', ...asked, ...tasks, '--json'], services, json);
  const documents: { task: { id: string }; standardErrors: { acc: number }; answers: string }[] = JSON.parse(
    json.printed,
  );
  expect(documents.map(({ task }) => task.id)).toEqual(['commonsense/arc-easy', 'commonsense/openbookqa']);
  for (const { answers } of documents) expect(existsSync(answers)).toBe(true);
});
