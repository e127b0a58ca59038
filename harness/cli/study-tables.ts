// A study's records as it stands, and the summary that its tables show: in its order, with what was not run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../audit/audit.ts';
import { DEFAULT_RULES, parseRules, type RuleSet } from '../audit/read-rules.ts';
import { InputError } from '../contracts/input-error.ts';
import type { Method } from '../contracts/method.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import type { RunRecord } from '../records/schema.ts';
import { requireTrueSearches } from '../records/searches.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import { aggregate, type Summary } from '../report/aggregate.ts';
import type { CheckedStudy } from '../study/read.ts';
import { describeStrangers } from './found.ts';
import { type CurrentId, recordsOfStudy, requireOwnIds } from '../study/select.ts';

export interface StudyTables {
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  readonly summary: Summary;
}

/** What the rows are audited by. */
export interface Judged {
  readonly methods: readonly Method[];
  readonly ruleSet: RuleSet;
}

/** @throws InputError for a malformed record, records that contradict one another, or two of one configuration of which neither can be called the older one */
export async function tablesOf(
  study: CheckedStudy,
  folder: string,
  { methods, ruleSet }: Judged,
  currentId: CurrentId,
): Promise<StudyTables> {
  const present = readRecords(runsFolder(folder));
  requireOwnIds(study, present);
  const { trials, finals, leftOut, strangers, untrueSearches } = await recordsOfStudy(study, present, currentId);
  // Of those that the tables show: what an earlier search has left may tell of trials that were run again since.
  requireTrueSearches(finals, runsFolder(folder));
  if (untrueSearches.length > 0) throw new InputError(...untrueSearches);
  const axes = {
    models: study.models,
    labels: study.methods.map(({ label }) => label),
    tasks: study.tasks.map(({ task }) => task),
    seeds: study.seeds,
  };
  const own = [...trials, ...finals];
  const notes = strangers.length === 0 ? leftOut : [...leftOut, describeStrangers(strangers)];
  const findings = audit(own, axes, ruleSet.rules, scaleIn(methods));
  return { records: own, summary: { ...aggregate(own, axes), findings, leftOut: notes } };
}

/** The rules of the project, and those of audit.json beside study.json where it is there. @throws InputError for rules that make no sense */
export function rulesOf(folder: string): RuleSet {
  const file = join(folder, 'audit.json');
  return existsSync(file) ? parseRules(parseWrittenJson(readText(file), file), file) : DEFAULT_RULES;
}

/** What a run's method says of its options; the study's methods are here, those of older records may not be. */
function scaleIn(methods: readonly Method[]) {
  return ({ name, options }: RunRecord['config']['method']): number | undefined =>
    methods.find((method) => method.name === name)?.updateScale?.(options);
}
