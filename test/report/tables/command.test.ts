// The command of a cell names its runs and no others, whatever they are called.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOnly } from '../../../harness/cli/only.ts';
import { runCommand } from '../../../harness/report/tables/command.ts';
import { expand } from '../../../harness/study/expand.ts';
import { parse, STUDY } from '../../study/sample.ts';

/** The words that a shell makes of it. */
function wordsOf(command: string): string[] {
  const text = execFileSync('sh', ['-c', `printf '%s\\0' ${command.replace(/^peftbench /, '')}`], { encoding: 'utf8' });
  return text.split('\0').slice(0, -1);
}

const LABELS = [
  'plain',
  'r=8, all',
  '"quoted", half "',
  "it's",
  '$HOME `x` \\',
  'ранг 8, 低秩',
  'line\none',
  ',',
  '!!',
];

describe('for --only', () => {
  it.each(LABELS)('%j', (label) => {
    const study = parse({
      ...STUDY,
      models: ['a', 'b, c'],
      methods: [label, 'other'].map((each) => ({ method: 'full', label: each, learningRate: 1 })),
      search: undefined,
    });
    const finals = expand(study).finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));
    const command = runCommand('results/my study', {
      models: ['b, c'],
      methods: [label],
      tasks: ['glue/stsb'],
      seeds: [1],
    });
    const [run, folder, only, text = ''] = wordsOf(command);
    expect([run, folder, only]).toEqual(['run', 'results/my study', '--only']);
    const wanted = finals.filter(parseOnly([text], study));
    expect(wanted.map(({ model, method, task, seed }) => [model, method.label, task.id, seed])).toEqual([
      ['b, c', label, 'glue/stsb', 1],
    ]);
  });
});

it('is quoted for a shell', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(texts, texts, (study, method) => {
      const [run, folder, only, text] = wordsOf(runCommand(study, { methods: [method] }));
      expect([run, folder, only]).toEqual(['run', study, '--only']);
      const pair = `method=${method}`;
      expect(text).toBe(pair.includes(',') ? `"${pair.replaceAll('"', '""')}"` : pair);
    }),
    { numRuns: 50 },
  );
});

it('leaves out a key that names all that the study has of it', () => {
  const all = { models: ['m'], methods: ['lora', 'full'], seeds: [0, 1] };
  const wanted = { models: ['m'], methods: ['lora'], tasks: ['glue/stsb'], seeds: [1, 0] };
  expect(runCommand('results/quick', wanted, all)).toBe(
    "peftbench run results/quick --only 'method=lora,task=glue/stsb'",
  );
});

it('names nothing where it is of all', () => {
  expect(runCommand('results/quick', {})).toBe('peftbench run results/quick');
  expect(runCommand('results/quick', { methods: ['lora'], tasks: ['glue/stsb'] })).toBe(
    "peftbench run results/quick --only 'method=lora,task=glue/stsb'",
  );
});
