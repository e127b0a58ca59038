// Templates: those that come with the project make sense, and what makes no sense is refused in one line.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REPORT_NAMES } from '../../../harness/contracts/report-names.ts';
import { parseTemplate } from '../../../harness/report/paper/parse.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import { errorOf } from '../../formats/error-of.ts';

const TABLE = {
  kind: 'table',
  name: 'my-table',
  title: 'My table',
  caption: 'Of my runs.',
  rows: {},
  columns: [{ key: 'loss', title: 'loss', read: 'finalLoss' }],
};
const PANEL = {
  title: '',
  x: { label: 'r', scale: 'log', read: 'config.method.options.r' },
  y: { label: 'score', scale: 'linear', score: {} },
  series: [{}],
};
const FIGURE = { kind: 'figure', name: 'my-figure', title: 'Mine', caption: 'Of my runs.', panels: [PANEL] };
const column = (changed: object) => ({ ...TABLE, columns: [{ ...TABLE.columns[0], ...changed }] });

describe('templates that make sense', () => {
  test.each(REPORT_NAMES)('%s comes with the project', (name) => {
    expect(templateNamed(name).name).toBe(name);
  });

  test('such as that of the README', () => {
    const readme = readFileSync(new URL('../../../harness/report/paper/README.md', import.meta.url), 'utf8');
    const blocks = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
    expect(blocks.map(({ kind }) => kind)).toEqual([undefined, 'table']);
    expect(parseTemplate(blocks[1], 'README.md').name).toBe('memory');
    for (const name of REPORT_NAMES) expect(readme).toContain(`\`${name}\``);
  });

  test('are read as they are', () => {
    expect(parseTemplate(TABLE, 'my.json')).toBe(TABLE);
    expect(parseTemplate(FIGURE, 'my.json')).toBe(FIGURE);
  });

  test.each(['seed', 'config.training.epochs', 'memory.activationsPlanned', 'time.secondsPerStep.p95', 'boosters'])(
    'may read %s',
    (read) => {
      expect(parseTemplate(column({ read }), 'my.json')).toMatchObject({ columns: [{ read }] });
    },
  );
});

describe('templates that make no sense', () => {
  test.each<[string, unknown, string | RegExp]>([
    ['no kind', { ...TABLE, kind: undefined }, 'my.json: kind: missing; expected "table" or "figure" or "pipeline"'],
    ['another kind', { ...TABLE, kind: 'tabel' }, /^my\.json: kind: "tabel", did you mean "table"\?; expected /],
    [
      'an unknown key',
      { ...TABLE, colums: [] },
      /^my\.json: colums: unknown key \(its value is \[\]\), did you mean "columns"\?; expected kind, name, title, /,
    ],
    [
      'an unknown key of a column',
      column({ sorce: {} }),
      /^my\.json: columns\[0\]\.sorce: unknown key .*did you mean "score"\?/,
    ],
    [
      'a path that no record has',
      column({ read: 'params.trainabel' }),
      /^my\.json: columns\[0\]\.read: "params\.trainabel" is no path into a record, did you mean "params\.trainable"\?/,
    ],
    [
      'a misspelled reading',
      column({ read: 'finalLos' }),
      /^my\.json: columns\[0\]\.read: "finalLos" is no path into a record, did you mean "finalLoss"\?/,
    ],
    [
      'a part of a record that is no figure',
      column({ read: 'time.secondsPerBatch' }),
      'my.json: columns[0].read: "time.secondsPerBatch" has several members; expected one of them, such as time.secondsPerBatch.median',
    ],
    [
      'a column of two sources',
      column({ score: {} }),
      'my.json: columns[0]: ["read","score"]; expected exactly one of read, score, words, averageOf',
    ],
    [
      'a column of none',
      { ...TABLE, columns: [{ key: 'loss', title: 'loss' }] },
      'my.json: columns[0]: []; expected exactly one of read, score, words, averageOf',
    ],
    [
      'an average of a column that there is not',
      {
        ...TABLE,
        columns: [
          { key: 'a', title: 'a', score: {} },
          { key: 'b', title: 'b', averageOf: [['A1']] },
        ],
      },
      /^my\.json: columns\[1\]\.averageOf: "A1" is no score column/,
    ],
    ['a key twice', column({ key: 'method' }), /^my\.json: columns\[0\]\.key: "method"; expected a key that no other/],
    [
      'an axis without a source',
      { ...FIGURE, panels: [{ ...PANEL, y: { label: 'score', scale: 'linear' } }] },
      'my.json: panels[0].y: []; expected exactly one of read, score',
    ],
    [
      'a category with a source',
      { ...FIGURE, panels: [{ ...PANEL, x: { ...PANEL.x, scale: 'category' } }] },
      'my.json: panels[0].x: ["read"]; expected neither read nor score of a category',
    ],
    [
      'a sweep over no option',
      { ...TABLE, rows: { sweep: { over: 'r', title: 'r' } } },
      /^my\.json: rows\.sweep\.over: "r"; expected /,
    ],
  ])('%s', async (_, template, message) => {
    const error = await errorOf(() => parseTemplate(template, 'my.json'));
    if (typeof message === 'string') expect(error).toBe(message);
    else expect(error).toMatch(message);
  });
});
