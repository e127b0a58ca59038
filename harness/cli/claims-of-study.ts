// The claims of a study, and what becomes of them: for the command that prints them and the page that begins with them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceOf } from '../claims/evidence.ts';
import { type JudgedClaim, judgeClaims } from '../claims/judge-claims.ts';
import { CLAIMS_FILE, readClaims } from '../claims/read.ts';
import type { TemplateName } from '../claims/schema.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { ComparedStudy } from './compared-study.ts';
import type { Judged } from './study-tables.ts';

export type JudgeStudy = (compared: Pick<ComparedStudy, 'completed' | 'comparisons'>) => JudgedClaim[];

/**
 * Reads the claims of claims.json in the study's folder, or those of a template, and gives what judges them.
 * @throws InputError where there are none, or one names what is not there
 */
export function claimsOfStudy(
  study: CheckedStudy,
  folder: string,
  { methods }: Pick<Judged, 'methods'>,
  template?: TemplateName,
): JudgeStudy {
  const axes = {
    models: study.models,
    tasks: study.tasks.map(({ task }) => task),
    // What is searched is no row's own value: its runs have what the search chose.
    rows: study.methods.map(({ label, method, options, learningRate, headLearningRate, space }) => ({
      ...{ label, method, learningRate, headLearningRate },
      options: Object.fromEntries(
        Object.entries(options).filter(([name]) => !space.some(({ key }) => key === `options.${name}`)),
      ),
    })),
  };
  const known = methods.map(({ name, optionsSchema }) => ({ name, options: Object.keys(optionsSchema.properties) }));
  const claims = readClaims(folder, template, { ...axes, methods: known });
  return ({ completed, comparisons }) => judgeClaims(claims, evidenceOf(axes, completed, comparisons.tasks));
}

/** Whether a study makes claims of its own. */
export function makesClaims(folder: string): boolean {
  return existsSync(join(folder, CLAIMS_FILE));
}
