// A study's records as it stands, and the summary that its tables show: in its order, with what was not run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../audit/audit.ts';
import { AUDIT_FILE, DEFAULT_RULES, parseRules, type RuleSet } from '../audit/read-rules.ts';
import type { Method } from '../contracts/method.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import type { RunsRead } from '../records/runs-read.ts';
import type { RunRecord } from '../records/schema.ts';
import { type Axes, aggregate, type Summary } from '../report/aggregate.ts';
import { unequalSearches } from '../report/budget.ts';
import { type SearchRow, searchesOf } from '../report/search.ts';
import { expand } from '../study/expand.ts';
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

/** Of which runs the tables are, and what is kept of predictions on the way. */
export interface Asked {
  /** Of a final run (`--only`); all where it is absent. */
  readonly isWanted?: ((config: RunConfig) => boolean) | undefined;
  readonly runs?: RunsRead | undefined;
}

/** @throws InputError as trustedRecords, and where predictions do not have what the metric that is asked for needs */
export async function tablesOf(
  study: CheckedStudy,
  folder: string,
  { methods, ruleSet }: Judged,
  currentId: CurrentId,
  { isWanted, runs }: Asked = {},
): Promise<StudyTables> {
  const { trials, finals, leftOut, strangers } = await trustedRecords(study, folder, currentId, runs?.see);
  const axes = axesOf(study, isWanted);
  const wanted = finals.filter(({ config }) => isWanted?.(config) ?? true);
  const own = [
    ...trials.filter(({ config }) => isInAxes(config, axes)),
    ...(runs === undefined ? wanted : wanted.map((record) => runs.withMetric(record))),
  ];
  // Whoever is shown the tables is to know what was not asked.
  const off = ruleSet.off.map(({ rule, reason }) => `the audit's rule ${rule} is off: ${reason}`);
  const notes = [...leftOut, ...(strangers.length === 0 ? [] : [describeStrangers(strangers)]), ...off];
  const findings = audit(own, axes, ruleSet.rules, scaleIn(methods));
  const searches = searchesOf(own, axes);
  const summary = { ...aggregate(own, axes), findings, leftOut: notes, unequal: unequalSearches(searches) };
  return { records: own, summary, searches };
}

/** The study's rows and columns, or those that some wanted run is in: seeds of all of them are the same. */
export function axesOf(study: CheckedStudy, isWanted: Asked['isWanted']): Axes {
  const all = {
    models: study.models,
    labels: study.methods.map(({ label }) => label),
    tasks: study.tasks.map(({ task }) => task),
    seeds: study.seeds,
  };
  if (isWanted === undefined) return all;
  const configs = expand(study).finals.flatMap(({ candidates: [{ config }] }) => (isWanted(config) ? [config] : []));
  const of = <T>(values: readonly T[], read: (config: RunConfig) => T) => {
    const there = new Set(configs.map(read));
    return values.filter((value) => there.has(value));
  };
  return {
    models: of(all.models, ({ model }) => model),
    labels: of(all.labels, ({ method }) => method.label),
    tasks: of(all.tasks, ({ task }) => task.id),
    seeds: of(all.seeds, ({ seed }) => seed),
  };
}

function isInAxes({ model, method, task }: RunConfig, { models, labels, tasks }: Axes): boolean {
  return models.includes(model) && labels.includes(method.label) && tasks.includes(task.id);
}

/** The rules of the project, and those of audit.json beside study.json where it is there. @throws InputError for rules that make no sense */
export function rulesOf(folder: string): RuleSet {
  const file = join(folder, AUDIT_FILE);
  return existsSync(file) ? parseRules(parseWrittenJson(readText(file), file), file) : DEFAULT_RULES;
}

/** What a run's method says of its options; the study's methods are here, those of older records may not be. */
export function scaleIn(methods: readonly Method[]) {
  return ({ name, options }: RunRecord['config']['method']): number | undefined =>
    methods.find((method) => method.name === name)?.updateScale?.(options);
}
