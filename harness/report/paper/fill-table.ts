// A table of the paper filled from records.
import { isCompleted } from '../../records/is-completed.ts';
import { comparesAll } from '../compares-all.ts';
import type { Cell, Column, Table } from '../tables/table.ts';
import { type CellPlace, sampleCell, seedsSentence, settingCell, wordsCell } from './cell.ts';
import { type PaperEvidence, runsOf } from './evidence.ts';
import { type Gap, gapNotes, isGap, nameOf } from './notes.ts';
import { sweepKey } from './parse.ts';
import { readingOf } from './readings.ts';
import { comparedCell, placeReferences, type References } from './reference.ts';
import { type PaperRow, rowNotes, rowsOf } from './rows.ts';
import { meanSample, readingSample, type Sample, scoreSample } from './sample.ts';
import type { ColumnTemplate, Format, TableTemplate } from './schema.ts';

/** Of a report. */
const PAPER_PART = 'the paper';

/**
 * Its rows are the study's, whether they have been run or not.
 * @throws InputError for a reference to a cell that there is not
 */
export function fillTable(template: TableTemplate, evidence: PaperEvidence, references?: References): Table {
  const rows = rowsOf(template.rows, evidence);
  const columns = template.columns.flatMap((column) => expanded(column, evidence));
  const figures = columns.filter(({ words }) => words === undefined).map(({ key }) => key);
  const placed = references === undefined ? [] : placeReferences(references, template.name, rows, figures);
  const gaps: Gap[] = [];
  const cells = rows.map((row) =>
    columns.map((column): Cell => {
      const place = { row, evidence, elsewhere: template.study };
      const { cell, sample } = filled(column, columns, place);
      if (sample !== undefined && isGap(sample)) gaps.push({ row, what: column.title, sample });
      const published = placed.find(({ at }) => at.row === row && at.column === column.key);
      return published === undefined ? cell : comparedCell(cell, published, formatOf(column));
    }),
  );
  const cited = placed.map(
    ({ at, value, source }) =>
      `${nameOf(at.row, evidence)}, ${titleOf(at.column, columns)}: published ${value}, ${source}`,
  );
  const hasMeans = columns.some(
    ({ score, averageOf, read }) =>
      score !== undefined || averageOf !== undefined || (read !== undefined && isMean(read)),
  );
  return {
    name: `paper-${template.name}`,
    part: PAPER_PART,
    title: template.title,
    caption: hasMeans ? `${template.caption} ${seedsSentence(evidence)}` : template.caption,
    columns: [...rowColumns(template), ...columns.map(columnOf)],
    rows: rows.map((row, index) => [...rowCells(row, template), ...(cells[index] ?? [])]),
    notes: [...rowNotes(template.rows, evidence), ...gapNotes(gaps, evidence, template.study), ...cited],
  };
}

/** Of a column for each task, these. */
function expanded(column: ColumnTemplate, { study }: PaperEvidence): ColumnTemplate[] {
  if (column.perTask !== true) return [column];
  return study.tasks.map(({ task }) => ({
    ...column,
    key: `${column.key}_${task.replaceAll(/[^\w]+/g, '_')}`,
    title: `${column.title} on ${task}`,
    score: { ...column.score, task },
  }));
}

/** What stands in it, and the runs that it comes from where it is a figure. */
function filled(
  column: ColumnTemplate,
  columns: readonly ColumnTemplate[],
  place: CellPlace,
): { readonly cell: Cell; readonly sample?: Sample } {
  const { row, evidence } = place;
  const { words, read } = column;
  if (words !== undefined) return { cell: wordsCell(words[row.method] ?? '') };
  if (read !== undefined && readingOf(read).kind === 'setting') return { cell: settingCell(readingOf(read), place) };
  const sample = read === undefined ? scoresOf(column, columns, place) : readingSample(row, readingOf(read), evidence);
  return { cell: { ...sampleCell(sample, formatOf(column), place), best: isBest(column, place) }, sample };
}

function scoresOf(
  { score, averageOf = [] }: ColumnTemplate,
  columns: readonly ColumnTemplate[],
  place: CellPlace,
): Sample {
  const { row, evidence } = place;
  if (score !== undefined) return scoreSample(row, score, evidence);
  const ofKey = (key: string): Sample =>
    scoreSample(row, columns.find((column) => column.key === key)?.score ?? {}, evidence);
  return meanSample(averageOf.map((keys) => meanSample(keys.map(ofKey))));
}

/** Where the corrected tests support it: of a task's primary metric over all of its sets. */
function isBest({ score }: ColumnTemplate, { row, evidence }: CellPlace): boolean {
  const task = score?.task ?? row.task;
  if (score === undefined || task === null || score.set !== undefined) return false;
  const compared = evidence.compared.find((each) => each.model === row.model && each.task === task);
  if (compared?.best !== row.label || (score.metric ?? compared.metric) !== compared.metric) return false;
  const labels = evidence.study.methods.map(({ label }) => label);
  const shown = labels.filter((label) => runsOf(evidence, { model: row.model, label, task }).some(isCompleted));
  return comparesAll(compared, shown);
}

function formatOf({ as, read }: ColumnTemplate): Format {
  return as ?? (read === undefined ? 'score' : 'number');
}

const isMean = (read: string): boolean => ['measure', 'timed'].includes(readingOf(read).kind);

function columnOf({ key, title, words }: ColumnTemplate): Column {
  return { key, title, align: words === undefined ? 'right' : 'left' };
}

/** Those that say which row it is. */
function rowColumns({ rows }: TableTemplate): Column[] {
  const left = (key: string, title = key): Column => ({ key, title, align: 'left' });
  return [
    left('model'),
    left('method'),
    ...(rows.perTask === true ? [left('task')] : []),
    ...(rows.sweep === undefined
      ? []
      : [{ ...left(sweepKey(rows.sweep.over), rows.sweep.title), align: 'right' as const }]),
  ];
}

function rowCells({ model, label, task, at }: PaperRow, { rows }: TableTemplate): Cell[] {
  return [
    wordsCell(model),
    wordsCell(label),
    ...(rows.perTask === true ? [wordsCell(task ?? '')] : []),
    ...(rows.sweep === undefined ? [] : [{ ...wordsCell(String(at)), value: at }]),
  ];
}

function titleOf(key: string, columns: readonly ColumnTemplate[]): string {
  return columns.find((column) => column.key === key)?.title ?? key;
}
