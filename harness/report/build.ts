// A study's report as data, built once: what is written, printed and shown is made from it.
import type { Chart } from './figures/chart.ts';
import { comparisonChart } from './figures/comparison.ts';
import { drawSvg } from './figures/draw.ts';
import { expectedBestChart } from './figures/expected-best.ts';
import { lossChart } from './figures/loss.ts';
import { paretoChart } from './figures/pareto.ts';
import { qualityChart } from './figures/quality.ts';
import { sensitivityChart } from './figures/sensitivity.ts';
import type { PaperReport } from './paper/paper-report.ts';
import type { StudyResults } from './study-results.ts';
import { studyTables } from './tables/index.ts';
import type { TableDocument } from './tables/table.ts';

/** A figure as it is drawn. */
export interface DrawnFigure {
  /** Of its files. */
  readonly name: string;
  readonly svg: string;
}

/** A page that stands for itself. */
export interface Page {
  /** Of its file: `index.html`. */
  readonly file: string;
  readonly text: string;
}

export interface Report extends TableDocument {
  readonly charts: readonly Chart[];
  /** The charts as they are drawn. */
  readonly figures: readonly DrawnFigure[];
  readonly pages: readonly Page[];
}

/** @param paper the paper's tables and figures that the study asks for */
export function buildReport(results: StudyResults, paper: PaperReport = NOTHING): Report {
  const { study, summary, compared } = results;
  const charts = [...studyCharts(results).filter(showsSomething), ...paper.charts];
  return {
    study,
    tables: [...studyTables(results), ...paper.tables],
    notes: [...summary.leftOut, ...compared.leftOut],
    charts,
    figures: charts.map((chart) => ({ name: chart.name, svg: drawSvg(chart) })),
    pages: [],
  };
}

const NOTHING: PaperReport = { tables: [], charts: [] };

function studyCharts({ summary, records, searches, compared }: StudyResults): Chart[] {
  return [
    qualityChart(summary),
    comparisonChart(compared.comparisons),
    paretoChart(summary.rows, 'trainable', 'quality'),
    lossChart(records),
    sensitivityChart(searches),
    expectedBestChart(searches),
  ];
}

function showsSomething(chart: Chart): boolean {
  return chart.kind === 'pipeline' || chart.panels.some(({ series }) => series.some(({ points }) => points.length > 0));
}
