// reference.json: published figures (made up here) beside filled cells, and what makes no sense in it.
import { describe, expect, test } from 'vitest';
import { paperReport } from '../../../harness/report/paper/paper-report.ts';
import { parseReferences } from '../../../harness/report/paper/reference.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import { errorOf } from '../../formats/error-of.ts';
import { evidenceOf, parse, STUDY } from './sample-study.ts';

const TEMPLATES = [templateNamed('table-2'), templateNamed('table-5'), templateNamed('figure-4')];
const evidence = evidenceOf(parse(STUDY));
const SOURCE = 'made up';
const published = {
  ...{ template: 'table-2', row: { method: 'lora' }, column: 'stsb_pearson' },
  ...{ value: 0.5, source: SOURCE, tolerance: 0.1 },
};

const read = (...cells: object[]) => parseReferences({ cells }, 'reference.json', TEMPLATES);

function filled(...cells: object[]) {
  const { tables } = paperReport(TEMPLATES, evidence, read(...cells));
  const [table] = tables;
  if (table === undefined) throw new Error('no table');
  const at = table.columns.findIndex(({ key }) => key === 'stsb_pearson');
  return { tables, table, cell: table.rows[0]?.[at] };
}

describe('a published figure', () => {
  const [plain] = paperReport(TEMPLATES, evidence).tables;
  const at = plain?.columns.findIndex(({ key }) => key === 'stsb_pearson') ?? -1;
  const own = plain?.rows[0]?.[at];
  const { value, low, high } = { value: own?.value ?? Number.NaN, low: own?.low ?? 0, high: own?.high ?? 0 };

  test('stands beside the cell with the difference, within the tolerance and the interval', () => {
    const near = (low + value) / 2;
    const { cell } = filled({ ...published, value: near, tolerance: value - near });
    const difference = (value - near).toFixed(4);
    expect(cell?.text).toBe(
      `${own?.text} (published ${near.toFixed(4)}: +${difference}, within ${difference}, within the interval)`,
    );
    expect({ ...cell, text: own?.text }).toEqual(own);
  });

  test('may lie beyond both', () => {
    const far = high + 0.01;
    const { cell, table } = filled({ ...published, value: far, tolerance: 0.001 });
    expect(cell?.text).toMatch(/: -0\.\d{4}, beyond 0\.0010, beyond the interval\)$/);
    expect(table.notes).toContain(`lora, STS-B (Pearson): published ${far}, made up`);
  });

  test('is within a tolerance that equals the difference but for rounding', () => {
    // 0.1 + 0.2 is above 0.3 in binary.
    const records = evidence.records.map((record) =>
      record.status === 'completed' && record.config.method.label === 'lora'
        ? { ...record, metrics: { ...record.metrics, all: { ...record.metrics.all, pearson: 0.1 + 0.2 } } }
        : record,
    );
    const [table] = paperReport(
      TEMPLATES,
      { ...evidence, records },
      read({ ...published, value: 0.3, tolerance: 0 }),
    ).tables;
    expect(table?.rows[0]?.[at]?.text).toBe('0.3000 (published 0.3000: 0.0000, within 0.0000, no interval)');
  });

  test('stands beside a gap too, and leaves every other cell as it is', () => {
    const { table } = filled({ ...published, column: 'cola' });
    const cola = table.columns.findIndex(({ key }) => key === 'cola');
    expect(table.rows[0]?.[cola]?.text).toBe('not run (published 0.5000)');
    const texts = (rows: typeof table.rows) => rows.flatMap((cells) => cells.map(({ text }) => text));
    const [before, after] = [texts(plain?.rows ?? []), texts(table.rows)];
    expect(after.filter((text, index) => text !== before[index])).toEqual(['not run (published 0.5000)']);
  });

  test('of a sweep is found by the value', () => {
    const { tables } = filled({ ...published, template: 'table-5', row: { method: 'low', at: 2 }, column: 'average' });
    const average = tables[1]?.columns.findIndex(({ key }) => key === 'average') ?? -1;
    expect(tables[1]?.rows[0]?.[average]?.text).toContain('published 0.5000');
  });
});

describe('references that make no sense', () => {
  test.each<[string, object, RegExp]>([
    [
      'a table that the report has not',
      { ...published, template: 'table-3' },
      /^reference\.json: cells\[0\]\.template: "table-3" is no table of the study's report, did you mean "table-2"\?/,
    ],
    [
      'a figure',
      { ...published, template: 'figure-4' },
      /^reference\.json: cells\[0\]\.template: "figure-4" is no table of the study's report; expected table-2, table-5$/,
    ],
    [
      'a misspelled column',
      { ...published, column: 'stsb_pearsn' },
      /^reference\.json: cells\[0\]\.column: "stsb_pearsn" is no column of table-2 with figures, did you mean "stsb_pearson"\?/,
    ],
    [
      'a row that there is not',
      { ...published, row: { method: 'bitfit' } },
      /^reference\.json: cells\[0\]\.row: \{"method":"bitfit"\} is no row of table-2; expected one, of lora, low, high, wide/,
    ],
    [
      'no tolerance',
      { ...published, tolerance: undefined },
      /^reference\.json: cells\[0\]\.tolerance: missing; expected a number from 0$/,
    ],
  ])('%s', async (_, cell, message) => {
    expect(await errorOf(() => filled(cell))).toMatch(message);
  });

  test('a method whose rows have other labels', async () => {
    const methods = STUDY.methods.map((entry) => (entry.label === 'lora' ? { ...entry, label: 'base' } : entry));
    const own = evidenceOf(parse({ ...STUDY, methods }));
    const message = await errorOf(() => paperReport(TEMPLATES, own, read(published)));
    expect(message).toMatch(
      /^reference\.json: cells\[0\]\.row: \{"method":"lora"\} is 3 rows of table-2; expected one/,
    );
  });
});
