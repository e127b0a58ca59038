// What a page is made of.
import type { Finding } from '../../audit/audit.ts';
import type { JudgedClaim } from '../../claims/judge-claims.ts';
import type { CompletedRecord, Prediction, RunRecord } from '../../records/schema.ts';
import type { StudyComparisons } from '../../stats/comparison.ts';
import type { Row } from '../aggregate.ts';
import type { Table } from '../tables/table.ts';

/** A chart as it is drawn. */
export interface PageFigure {
  readonly title: string;
  /** Which records and which formula. */
  readonly caption: string;
  /** An `<svg>` element. */
  readonly svg: string;
  /** What is not drawn and why, a line each. */
  readonly notes: readonly string[];
}

export interface PageInput {
  /** The study's name. */
  readonly name: string;
  /** Its folder as commands name it: `results/quick`. */
  readonly path: string;
  /** None where the study makes no claims. */
  readonly claims: readonly JudgedClaim[];
  readonly comparisons: StudyComparisons;
  readonly tables: readonly Table[];
  readonly figures: readonly PageFigure[];
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  /** What the study's tables are made from: a row a model, method and task. */
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  /** Records that are in none of it, and why, a line each. */
  readonly leftOut: readonly string[];
  /** Of a final run; asked once a run. */
  predictionsOf(record: CompletedRecord): readonly Prediction[];
}
