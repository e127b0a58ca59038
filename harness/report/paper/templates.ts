// The templates that come with the project, by the name that a study's `report` has for them.
import type { ReportName } from '../../contracts/report-names.ts';
import { parseTemplate } from './parse.ts';
import type { Template } from './schema.ts';
import figure1 from './templates/figure-1-parameters.json' with { type: 'json' };
import figure2 from './templates/figure-2-error-and-memory.json' with { type: 'json' };
import figure3 from './templates/figure-3-pipeline.json' with { type: 'json' };
import figure4 from './templates/figure-4-kappa.json' with { type: 'json' };
import table1 from './templates/table-1-complexity.json' with { type: 'json' };
import table2 from './templates/table-2-glue.json' with { type: 'json' };
import table3 from './templates/table-3-commonsense.json' with { type: 'json' };
import table4 from './templates/table-4-mmlu.json' with { type: 'json' };
import table5 from './templates/table-5-rank.json' with { type: 'json' };
import table6 from './templates/table-6-layers.json' with { type: 'json' };
import table7 from './templates/table-7-hyper-parameters.json' with { type: 'json' };

const FILES: Readonly<Record<ReportName, unknown>> = {
  'table-1': table1,
  'table-2': table2,
  'table-3': table3,
  'table-4': table4,
  'table-5': table5,
  'table-6': table6,
  'table-7': table7,
  'figure-1': figure1,
  'figure-2': figure2,
  'figure-3': figure3,
  'figure-4': figure4,
};

export function templateNamed(name: ReportName): Template {
  return parseTemplate(FILES[name], `harness/report/paper/templates, ${name}`);
}
