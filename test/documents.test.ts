// The documents say what is so: their commands are understood, their links lead somewhere, their examples are valid.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Command, CommanderError } from 'commander';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { parseRules } from '../harness/audit/read-rules.ts';
import { commandsOf } from '../harness/cli/program.ts';
import { SCHEMAS } from '../harness/cli/schemas.ts';
import { services } from '../harness/cli/services.ts';
import { BenchCasesSchema } from '../harness/contracts/bench-case.ts';
import { check, checkWithDefaults } from '../harness/contracts/validate.ts';
import { parseStudy } from '../harness/study/read.ts';
import { captureOutput } from './cli/captured-output.ts';
import {
  anchorsOf,
  blocksOf,
  commandsIn,
  commandsOfLine,
  DOCUMENTS,
  type Link,
  linksIn,
  type MarkdownFile,
  ROOT,
} from './documents.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CATALOGUE = await services.catalogue();

/** Of the shell: what a reader's own machine has. */
const SHELL = ['cd', 'cp', 'mkdir', 'rsync', 'scp'];

/** What is wrong with a command; undefined where it is understood. Nothing is run. */
async function faultOf([first = '', second = '', ...rest]: readonly string[]): Promise<string | undefined> {
  if (first === 'peftbench') return faultOfPeftbench([second, ...rest].filter((word) => word !== ''));
  if (first === 'npx' && second === 'peftbench') return faultOfPeftbench(rest);
  if (first === 'npm') {
    const script = second === 'run' ? (rest[0] ?? '') : second;
    return script in scripts || (second === 'install' && rest.length > 0) ? undefined : `no script ${script}`;
  }
  return SHELL.includes(first) ? undefined : `${first} is no command of the project`;
}

async function faultOfPeftbench(args: readonly string[]): Promise<string | undefined> {
  const output = captureOutput();
  const program = commandsOf(services, output);
  withoutActions(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error.message;
  }
}

function withoutActions(command: Command): void {
  if (command.commands.length === 0) command.action(() => {});
  for (const each of command.commands) withoutActions(each);
}

/** @throws InputError for a JSON example that is none of a study, a part of one, or another file of a study's folder */
function checkExample(text: string): void {
  const value: object = JSON.parse(text);
  const file = 'example';
  if (Array.isArray(value)) checkWithDefaults(BenchCasesSchema, value, { file });
  else if ('rules' in value || 'lower' in value) parseRules(value, file);
  else if ('claims' in value || 'templates' in value) check(schemaNamed('claims'), value, { file });
  else if ('kind' in value) check(schemaNamed('template'), value, { file });
  else if ('cells' in value) check(schemaNamed('reference'), value, { file });
  else if ('models' in value && !Array.isArray(value.models)) check(schemaNamed('sources'), value, { file });
  else parseStudy(JSON.stringify({ ...('models' in value ? {} : WHOLE), ...partOfStudy(value) }), file, CATALOGUE);
}

function schemaNamed(name: string): TSchema {
  const named = SCHEMAS.find((each) => each.name === name);
  if (named === undefined) throw new Error(`harness/cli/schemas.ts has no schema ${name}, which an example is of`);
  return named.schema;
}

/** An entry of a list stands for the list; a file that a reader is to write is not there. */
function partOfStudy(value: object): object {
  if ('task' in value) return { tasks: [value] };
  if ('method' in value) return { methods: [value] };
  const report = 'report' in value && Array.isArray(value.report) ? value.report : [];
  return report.length === 0 ? value : { ...value, report: report.filter((name) => !String(name).startsWith('./')) };
}

const WHOLE = {
  name: 'whole',
  models: ['minilm-l6'],
  methods: [{ method: 'full', learningRate: 1e-4 }],
  tasks: ['glue/stsb'],
  seeds: [0],
};

describe.each(DOCUMENTS.map(({ path, text }) => [path, text] as const))('%s', (path, text) => {
  it('names commands that are understood', async () => {
    const faults = await Promise.all(
      commandsIn(text).map(async (words) => ({ command: words.join(' '), fault: await faultOf(words) })),
    );
    expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  it('links to what is there', () => {
    const missing = linksIn(text).filter((link) => !leadsSomewhere(link, { path, text }));
    expect(missing).toEqual([]);
  });

  it('has examples that are valid', () => {
    for (const block of blocksOf(text).filter(({ language }) => language === 'json')) checkExample(block.text);
  });
});

function leadsSomewhere({ path: target, anchor }: Link, { path, text }: MarkdownFile): boolean {
  const file = join(ROOT, normalize(join(dirname(path), target)));
  if (target !== '' && !existsSync(file)) return false;
  return anchor === '' || anchorsOf(target === '' ? text : readFileSync(file, 'utf8')).includes(anchor);
}

it('finds the faults that it looks for', async () => {
  for (const line of [
    'npx peftbench rnu results/quick',
    'peftbench run results/quick --job 2',
    'npm run simulat',
    'nano',
  ]) {
    const [words = []] = commandsOfLine(line);
    expect(await faultOf(words)).toBeTypeOf('string');
  }
  expect(() => checkExample('{ "task": "glue/stbs" }')).toThrow('did you mean "glue/stsb"?');
  expect(linksIn('[a](b.md#c) ![d](e.svg) [f](https://g) [h](#i)')).toEqual([
    { path: 'b.md', anchor: 'c' },
    { path: 'e.svg', anchor: '' },
    { path: '', anchor: 'i' },
  ]);
  const here = { path: 'README.md', text: "## The paper's *own*, `verify`\n" };
  for (const [target, leads] of [
    ['[a](#the-papers-own-verify)', true],
    ['[a](#the-papers)', false],
    ['[a](CONTRIBUTING.md#add-a-method)', true],
    ['[a](CONTRIBUTING.md#add-a-methd)', false],
    ['[a](CONTRIBTING.md)', false],
  ] as const) {
    expect(linksIn(target).map((link) => leadsSomewhere(link, here))).toEqual([leads]);
  }
});

it('reads lines of the shell', () => {
  expect(commandsOfLine(`A=1 npm test -- x && peftbench run s --only '"method=a, b",seed=0'  # so`)).toEqual([
    ['npm', 'test', '--', 'x'],
    ['peftbench', 'run', 's', '--only', '"method=a, b",seed=0'],
  ]);
});

it('has a README of 200 lines at most', () => {
  const readme = DOCUMENTS.find(({ path }) => path === 'README.md');
  expect(readme?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});
