// The paper's tables and figures of a study, as data.
import type { Chart } from '../figures/chart.ts';
import type { Table } from '../tables/table.ts';
import type { PaperEvidence } from './evidence.ts';
import { fillFigure } from './fill-figure.ts';
import { fillPipeline } from './fill-pipeline.ts';
import { fillTable } from './fill-table.ts';
import type { References } from './reference.ts';
import type { FigureTemplate, PipelineTemplate, Template } from './schema.ts';

export interface PaperReport {
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
}

/** In the order of the templates. @throws InputError for a reference to a cell that there is not */
export function paperReport(
  templates: readonly Template[],
  evidence: PaperEvidence,
  references?: References,
): PaperReport {
  return {
    tables: templates.flatMap((each) => (each.kind === 'table' ? [fillTable(each, evidence, references)] : [])),
    charts: templates.flatMap((each) => (each.kind === 'table' ? [] : [fillChart(each, evidence)])),
  };
}

function fillChart(template: FigureTemplate | PipelineTemplate, evidence: PaperEvidence): Chart {
  return template.kind === 'figure' ? fillFigure(template, evidence) : fillPipeline(template, evidence);
}
