// What a study's `report` asks for: its templates and reference.json as they are read, and filled from its records.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { isReportName } from '../contracts/report-names.ts';
import { shown } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import type { PaperEvidence } from '../report/paper/evidence.ts';
import { type PaperReport, paperReport } from '../report/paper/paper-report.ts';
import { parseTemplate } from '../report/paper/parse.ts';
import { parseReferences, REFERENCE_FILE, type References } from '../report/paper/reference.ts';
import type { Template } from '../report/paper/schema.ts';
import { templateNamed } from '../report/paper/templates.ts';
import type { CheckedStudy } from '../study/checked.ts';

export interface PaperFiles {
  readonly templates: readonly Template[];
  /** Undefined where there is no reference.json. */
  readonly references: References | undefined;
}

/**
 * @param directory the study's, from which its own templates are named
 * @throws InputError for a file that is missing or makes no sense
 */
export function readPaperFiles({ report = [] }: Pick<CheckedStudy, 'report'>, directory: string): PaperFiles {
  const templates = report.map((name): Template => {
    if (isReportName(name)) return templateNamed(name);
    const file = resolve(directory, name);
    const template = parseTemplate(parseWrittenJson(readText(file), file), file);
    if (!isReportName(template.name)) return template;
    throw new InputError(
      `${file}: name: ${shown(template.name)}; expected a name that no table or figure of the paper has`,
    );
  });
  for (const [index, { name }] of templates.entries()) {
    if (templates.findIndex((other) => other.name === name) === index) continue;
    throw new InputError(
      `${resolve(directory, report[index] ?? '')}: name: ${shown(name)}; expected a name that no other template of the report has`,
    );
  }
  const file = join(directory, REFERENCE_FILE);
  const references = existsSync(file)
    ? parseReferences(parseWrittenJson(readText(file), file), file, templates)
    : undefined;
  return { templates, references };
}

/** @param evidence of the whole study @throws InputError as {@link readPaperFiles} */
export function paperOf(evidence: PaperEvidence, directory: string): PaperReport {
  const { templates, references } = readPaperFiles(evidence.study, directory);
  return paperReport(templates, evidence, references);
}
