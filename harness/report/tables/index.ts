// The tables of a study's report, in their order: add one by a line here.
import { modelsOf, type StudyResults } from '../study-results.ts';
import { comparedMethodTables } from './compared-methods.ts';
import { comparisonTables } from './comparisons.ts';
import { costTables } from './cost.ts';
import { exampleTables } from './examples.ts';
import { overTaskTables } from './over-tasks.ts';
import { parameterTables } from './parameters.ts';
import { qualityTable } from './quality.ts';
import { runTable } from './runs.ts';
import { scoreTables } from './scores.ts';
import { choiceTables } from './search-choices.ts';
import { bestOfTables, sensitivityTables } from './search-curves.ts';
import { searchDataTables } from './search-data.ts';
import { setTables } from './sets.ts';
import { type Sources, sourcesOf } from './sources.ts';
import type { Table } from './table.ts';

type Builder = (results: StudyResults, sources: Sources) => readonly Table[];

/** For readers, model by model within each part. */
const PARTS: readonly (readonly Builder[])[] = [
  [scoreTables, setTables, exampleTables, parameterTables, costTables],
  [comparedMethodTables, comparisonTables, overTaskTables],
  [choiceTables, sensitivityTables, bestOfTables],
];

/** For programs. */
const DATA: readonly Builder[] = [(...of) => [qualityTable(...of), runTable(...of)], searchDataTables];

export function studyTables(results: StudyResults): Table[] {
  const sources = sourcesOf(results.path, results.records, modelsOf(results.summary));
  const parts = PARTS.flatMap((builders) => {
    const tables = builders.flatMap((build) => build(results, sources));
    return [...new Set(tables.map(({ model }) => model))].flatMap((model) =>
      tables.filter((table) => table.model === model),
    );
  });
  return [...parts, ...DATA.flatMap((build) => build(results, sources))];
}
