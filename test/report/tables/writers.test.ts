// The four formats of a table hold the same numbers: those of the committed studies, each read back by a reader of its own.
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { codeSpan } from '../../../harness/report/code-span.ts';
import { left, right, words } from '../../../harness/report/tables/cells.ts';
import { csvFiles } from '../../../harness/report/tables/csv.ts';
import { jsonDocument } from '../../../harness/report/tables/json.ts';
import { latexTable } from '../../../harness/report/tables/latex.ts';
import { markdownDocument, markdownTable } from '../../../harness/report/tables/markdown.ts';
import { type Cell, shownColumns, shownText, type Table } from '../../../harness/report/tables/table.ts';
import { reportOfFolder } from '../../cli/report-of-folder.ts';
import { readTables } from './json-reader.ts';
import { latexRead } from './latex-reader.ts';

/** Texts of the cells that a reader of Markdown sees. */
function readMarkdown(table: Table): string[][] {
  const [, block = ''] = markdownTable(table);
  return block
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(2, -2)
        .split(/(?<!\\)\|/)
        .map((cell) =>
          cell
            .trim()
            .replace(/^\*\*(.*)\*\*$/, '$1')
            .replaceAll(/\\([\\|`*<~[\]&_])/g, '$1'),
        ),
    );
}

/** Texts of the cells that LaTeX sets. */
function readLatex(table: Table): string[][] {
  const lines = latexTable(table).split('\n');
  const body = lines.slice(lines.indexOf('    \\midrule') + 1, lines.indexOf('    \\bottomrule'));
  return body.map((line) =>
    line
      .trim()
      .replace(/ ?\\\\$/, '')
      .split(/(?<!\\) ?& ?/)
      .map(latexRead),
  );
}

const oneLine = (text: string) => text.replaceAll(/\s*[\r\n]\s*/g, ' ').trim();

describe.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('of results/%s', async (name) => {
  const report = await reportOfFolder(`results/${name}`);

  it('has tables of every part', () => {
    const names = report.tables.map((table) => table.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'scores',
        'examples',
        'parameters',
        'cost',
        'compared-methods',
        'comparisons',
        'quality',
        'runs',
      ]),
    );
    for (const { name: own, rows, columns } of report.tables) {
      expect(rows.length, own).toBeGreaterThan(0);
      for (const row of rows) expect(row, own).toHaveLength(columns.length);
    }
  });

  it('shows readers of Markdown and LaTeX the same texts', () => {
    for (const table of report.tables) {
      const columns = shownColumns(table);
      const texts = table.rows.map((row) => columns.map(({ at }) => oneLine(shownText(row[at] as Cell))));
      expect(readMarkdown(table), table.name).toEqual(texts);
      expect(readLatex(table), table.name).toEqual(texts);
    }
  });

  it('gives programs the same figures in CSV and JSON, to the last digit', () => {
    const tables = readTables(jsonDocument(report));
    expect(tables).toEqual(report.tables);
    for (const table of report.tables) {
      const [csv = ''] = csvFiles([table]).values();
      const lines = parse<Record<string, string>>(csv, { columns: true });
      for (const [c, column] of table.columns.entries()) {
        for (const [r, row] of table.rows.entries()) {
          const [cell, line] = [row[c] as Cell, lines[r]];
          const where = `${table.name}, ${column.key}, row ${r}`;
          const ends = column.ends ?? { low: `${column.key}_low`, high: `${column.key}_high` };
          const number = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));
          if (cell.value !== null) expect(number(line?.[column.key]), where).toBe(cell.value);
          if (cell.low !== null) expect(number(line?.[ends.low]), where).toBe(cell.low);
          if (cell.high !== null) expect(number(line?.[ends.high]), where).toBe(cell.high);
          expect(line?.[`${column.key}_reason`] || null, where).toBe(cell.reason);
        }
      }
    }
  });

  it('rounds what readers see, and nothing else', () => {
    for (const { rows, columns, name: own } of report.tables) {
      for (const [c, { key }] of columns.entries()) {
        for (const row of rows) {
          const { text, value } = row[c] as Cell;
          const [shown] = /^-?[\d,]+(\.\d+)?/.exec(text) ?? [];
          if (value === null || shown === undefined || !/^-?[\d,.]+( ±| \(|$)/.test(text)) continue;
          const digits = (shown.split('.')[1] ?? '').length;
          const apart = Math.abs(Number(shown.replaceAll(',', '')) - value);
          expect(apart, `${own}, ${key}: ${text}`).toBeLessThanOrEqual(0.5000001 * 10 ** -digits);
        }
      }
    }
  });

  it('gives each figure the runs that it is made from, and the command that makes them', () => {
    const ids = new Set(report.tables.find((table) => table.name === 'runs')?.rows.map(([id]) => id?.text));
    for (const { name: own, rows, columns } of report.tables) {
      for (const [c, { key }] of columns.entries()) {
        for (const row of rows) {
          const { value, runs, command } = row[c] as Cell;
          if (value === null) continue;
          expect(runs.length, `${own}, ${key}`).toBeGreaterThan(0);
          expect(
            runs.every((id) => ids.has(id)),
            `${own}, ${key}`,
          ).toBe(true);
          expect(command, `${own}, ${key}`).toMatch(/^peftbench run results\//);
        }
      }
    }
  });
});

it('CSV has no text that a spreadsheet would calculate, and its numbers are numbers', () => {
  const texts = ['=1+1', '+1', '-1', '@A1', '\t=1', '\r=1', 'a=1', "'=1"];
  const number = { ...words('-0.5'), value: -0.5 };
  const [csv = ''] = csvFiles([
    {
      ...{ name: 't', title: 'T', caption: 'C.', notes: [] },
      columns: [left('=method'), right('difference')],
      rows: texts.map((text) => [words(text), number]),
    },
  ]).values();
  const lines = parse(csv);
  expect(lines[0]).toEqual(["'=method", 'difference']);
  expect(lines.slice(1)).toEqual(texts.map((text) => [/^[a']/.test(text) ? text : `'${text}`, '-0.5']));
});

it('a command in a note can be copied from Markdown and LaTeX, whatever the labels', () => {
  const command = "peftbench run 's [x]_' --only 'method=it'\\''s `r`=1 | *a*'";
  const table: Table = {
    ...{ name: 't', title: 'T', caption: 'C.', columns: [], rows: [] },
    notes: [`lora [r=1]: 2 runs to make: ${codeSpan(command)}`],
  };
  expect(markdownTable(table).at(-1)).toBe(`- lora \\[r=1\\]: 2 runs to make: \`\`${command}\`\``);
  const line = latexTable(table).split('\n').at(-2) ?? '';
  const [, code = ''] = /(\\texttt\{.*\})$/.exec(line) ?? [];
  expect(latexRead(code)).toBe(command);
  expect(code).not.toContain("'");
});

it('Markdown has a heading for each model and part, and what is to be said of the whole at the end', () => {
  const table = (more: Partial<Table>): Table => ({
    ...{ name: 't', title: 'T', caption: 'C.', columns: [], rows: [], notes: [] },
    ...more,
  });
  const tables = [
    table({ model: 'a' }),
    table({ model: 'a' }),
    table({ model: 'a', part: 'the search' }),
    table({ data: true }),
  ];
  const lines = markdownDocument({ study: 's', tables, notes: ['left out'] }).split('\n');
  expect(lines.filter((line) => line.startsWith('##'))).toEqual(['## s: a', '## s: a, the search']);
  expect(lines.at(-2)).toBe('- left out');
});
