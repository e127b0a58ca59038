// A study's records as it stands, and the summary that its tables show: in its order, with what was not run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../audit/audit.ts';
import { DEFAULT_RULES, parseRules, type RuleSet } from '../audit/read-rules.ts';
import type { Method } from '../contracts/method.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import type { RunRecord } from '../records/schema.ts';
import { aggregate, type Summary } from '../report/aggregate.ts';
import { unequalSearches } from '../report/budget.ts';
import { markdownTables } from '../report/markdown.ts';
import { type SearchRow, searchesOf } from '../report/search.ts';
import { searchTables } from '../report/search-tables.ts';
import type { CheckedStudy } from '../study/read.ts';
import { describeStrangers } from './found.ts';
import type { CurrentId } from '../study/select.ts';
import { trustedRecords } from './trusted-records.ts';

export interface StudyTables {
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  readonly summary: Summary;
  readonly searches: readonly SearchRow[];
}

/** What the rows are audited by. */
export interface Judged {
  readonly methods: readonly Method[];
  readonly ruleSet: RuleSet;
}

/** @throws InputError as trustedRecords */
export async function tablesOf(
  study: CheckedStudy,
  folder: string,
  { methods, ruleSet }: Judged,
  currentId: CurrentId,
): Promise<StudyTables> {
  const { trials, finals, leftOut, strangers } = await trustedRecords(study, folder, currentId);
  const axes = {
    models: study.models,
    labels: study.methods.map(({ label }) => label),
    tasks: study.tasks.map(({ task }) => task),
    seeds: study.seeds,
  };
  const own = [...trials, ...finals];
  // Whoever is shown the tables is to know what was not asked.
  const off = ruleSet.off.map(({ rule, reason }) => `the audit's rule ${rule} is off: ${reason}`);
  const notes = [...leftOut, ...(strangers.length === 0 ? [] : [describeStrangers(strangers)]), ...off];
  const findings = audit(own, axes, ruleSet.rules, scaleIn(methods));
  const searches = searchesOf(own, axes);
  const summary = { ...aggregate(own, axes), findings, leftOut: notes, unequal: unequalSearches(searches) };
  return { records: own, summary, searches };
}

/** The rules of the project, and those of audit.json beside study.json where it is there. @throws InputError for rules that make no sense */
export function rulesOf(folder: string): RuleSet {
  const file = join(folder, 'audit.json');
  return existsSync(file) ? parseRules(parseWrittenJson(readText(file), file), file) : DEFAULT_RULES;
}

/** What a run's method says of its options; the study's methods are here, those of older records may not be. */
export function scaleIn(methods: readonly Method[]) {
  return ({ name, options }: RunRecord['config']['method']): number | undefined =>
    methods.find((method) => method.name === name)?.updateScale?.(options);
}

/** As they are printed: the tables, and what the searches tell. */
export function tablesText(name: string, { summary, searches }: Pick<StudyTables, 'summary' | 'searches'>): string {
  const parts = [markdownTables(name, summary), searchTables(name, searches)].filter((part) => part !== '');
  return parts.map((part) => `${part}\n`).join('');
}
