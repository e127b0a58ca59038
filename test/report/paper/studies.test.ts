// The paper's own studies: they are read without weights, data or records, and say what is to be run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClaims } from '../../../harness/claims/read.ts';
import { parseOnly } from '../../../harness/cli/only.ts';
import { paperOf, readPaperFiles } from '../../../harness/cli/paper-files.ts';
import { REPORT_NAMES } from '../../../harness/contracts/report-names.ts';
import type { PaperEvidence } from '../../../harness/report/paper/evidence.ts';
import { paperReport } from '../../../harness/report/paper/paper-report.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import { expand } from '../../../harness/study/expand.ts';
import { readStudy } from '../../../harness/study/read.ts';
import { METHODS } from '../../../methods/index.ts';
import { errorOf } from '../../formats/error-of.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { CATALOGUE, committed, studyFolder } from './committed.ts';
import { evidenceOf, parse, STUDY } from './sample-study.ts';

const PAPER = ['paper-glue', 'paper-commonsense', 'paper-mmlu', 'paper-ablations'];

test('are those that there are', () => {
  const found = readdirSync(studyFolder('')).filter((name) => name.startsWith('paper-'));
  expect(found.toSorted()).toEqual(PAPER.toSorted());
});

describe.each(PAPER)('results/%s', (name) => {
  const { study, directory } = readStudy(studyFolder(name), CATALOGUE);
  const finals = expand(study).finals.map(({ candidates: [{ config }] }) => config);
  const none: PaperEvidence = { study, place: `results/${name}`, records: [], compared: [] };

  test('has runs whose options each method accepts in what needs no model, and trials', () => {
    const { trials } = expand(study);
    expect(finals).toHaveLength(study.models.length * study.methods.length * study.tasks.length * study.seeds.length);
    expect(trials.length).toBeGreaterThan(0);
    expect(study.methods.every(({ method }) => METHODS.some((known) => known.name === method))).toBe(true);
  });

  test('has claims, a README that says what is its own, and a source for each model, by a branch until it is pinned', () => {
    expect(
      readClaims(directory, undefined, { models: study.models, tasks: [], rows: [], methods: [] }).length,
    ).toBeGreaterThan(0);
    const readme = readFileSync(join(directory, 'README.md'), 'utf8');
    expect(readme).toMatch(/this project's own/i);
    expect(readme).toContain('fetch --pin');
    const { models } = JSON.parse(readFileSync(join(directory, 'sources.json'), 'utf8'));
    expect(Object.keys(models)).toEqual(study.models);
    for (const [model, { repo, revision }] of Object.entries<Record<string, string>>(models)) {
      expect([repo, revision]).toEqual([model, expect.stringMatching(/^(main|[0-9a-f]{40})$/)]);
    }
    expect(existsSync(join(directory, 'runs'))).toBe(false);
  });

  test('has tables and figures without a number, which say what is to be run', () => {
    const { tables, charts } = paperOf(none, directory);
    expect(tables.length + charts.length).toBe(study.report?.length);
    for (const { rows, notes } of tables) {
      expect(notes).toContain(`nothing has been run: \`peftbench run results/${name}\``);
      for (const cell of rows.flat()) {
        if (cell.command === null) continue;
        expect([cell.value, cell.text]).toEqual([null, 'not run']);
        const [, place, only] = /^peftbench run (\S+) --only '([^']*)'$/.exec(cell.command) ?? [];
        expect(place).toBe(`results/${name}`);
        expect(finals.some(parseOnly([only ?? ''], study))).toBe(true);
      }
    }
    for (const chart of charts) {
      const drawn =
        chart.kind === 'plot'
          ? chart.panels.flatMap(({ series }) => series.flatMap(({ points }) => points))
          : chart.boosters;
      expect(drawn).toEqual([]);
      expect(chart.notes.join('\n')).toContain(`peftbench run results/${name}`);
    }
  });
});

test.each(REPORT_NAMES)('what %s lacks in a study it names of another, which has it', async (name) => {
  const template = templateNamed(name);
  if (template.study === undefined) return expect(name).toBe('table-7');
  expect(PAPER).toContain(template.study.path.replace('results/', ''));
  const other = readStudy(studyFolder(template.study.path.replace('results/', '')), CATALOGUE).study;
  const quick = await committed('quick');
  const { tables } = paperReport([template], quick);
  const commands = tables.flatMap(({ rows }) => rows.flat().flatMap(({ command }) => command ?? []));
  for (const command of commands.filter((each) => !each.startsWith('peftbench run results/quick'))) {
    const only = /^peftbench run \S+ --only '(.*)'$/.exec(command)?.[1] ?? '';
    const wanted = parseOnly([only], other);
    expect(expand(other).finals.some(({ candidates: [{ config }] }) => wanted(config))).toBe(true);
  }
});

test('the ablations sweep what their tables and figures look for', () => {
  const { study } = readStudy(studyFolder('paper-ablations'), CATALOGUE);
  const evidence: PaperEvidence = { study, place: 'results/paper-ablations', records: [], compared: [] };
  const [ranks, layers] = paperReport([templateNamed('table-5'), templateNamed('table-6')], evidence).tables;
  const swept = (rows: NonNullable<typeof ranks>['rows'] = []) =>
    rows.filter(([model]) => model?.text === study.models[0]).map((cells) => cells[2]?.value);
  expect(swept(ranks?.rows)).toEqual([1, 2, 4, 8, 16, 32, 1, 2, 4, 8]);
  expect(swept(layers?.rows)).toEqual([1, 2, 5, 11, 22, 32]);
});

describe('a template of a user', () => {
  const OWN = {
    ...{ kind: 'table', name: 'memory', title: 'Memory', caption: 'Of my runs.', rows: { methods: ['lora'] } },
    columns: [{ key: 'peak', title: 'peak', read: 'memory.peakRss', as: 'bytes' }],
  };
  const report = ['table-2', './my-table.json'];

  test('is filled beside those of the project', () => {
    const folder = temporaryFolder({ 'my-table.json': JSON.stringify(OWN) });
    const study = { ...parse(STUDY), report };
    const { tables } = paperOf({ ...evidenceOf(study), study }, folder);
    expect(tables.map(({ name }) => name)).toEqual(['paper-table-2', 'paper-memory']);
    expect(tables[1]?.rows[0]?.map(({ text }) => text)).toEqual(['tiny', 'lora', expect.stringMatching(/^100 MB ± /)]);
  });

  test("has no name of the paper's, and a file that makes sense", async () => {
    const read = (own: string) => readPaperFiles({ report }, temporaryFolder({ 'my-table.json': own }));
    expect(await errorOf(() => read(JSON.stringify({ ...OWN, name: 'table-2' })))).toMatch(
      /my-table\.json: name: "table-2"; expected a name that no table or figure of the paper has$/,
    );
    expect(await errorOf(() => read('{'))).toMatch(/my-table\.json/);
    expect(await errorOf(() => read(JSON.stringify({ ...OWN, rwos: {} })))).toMatch(
      /my-table\.json: rwos: unknown key/,
    );
  });

  test('may have published cells in reference.json', () => {
    const cells = [
      { template: 'memory', row: { method: 'lora' }, column: 'peak', value: 1e8, source: 'made up', tolerance: 1e6 },
    ];
    const folder = temporaryFolder({
      'my-table.json': JSON.stringify(OWN),
      'reference.json': JSON.stringify({ cells }),
    });
    const study = { ...parse(STUDY), report };
    const { tables } = paperOf({ ...evidenceOf(study), study }, folder);
    expect(tables[1]?.rows[0]?.[2]?.text).toMatch(/ \(published 100 MB: \+0\.0000\d* MB, within 1 MB, /);
  });
});
