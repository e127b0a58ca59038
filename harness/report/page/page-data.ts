// What stands in a page for its script: packed once, with the places that its sections refer to.
import { findingLine } from '../../audit/footnotes.ts';
import type { JudgedClaim } from '../../claims/judge-claims.ts';
import type { Table } from '../tables/table.ts';
import { commandOfRun } from './commands.ts';
import { findingsOfRuns } from './findings-of-runs.ts';
import type { PageInput } from './input.ts';
import { packExamples } from './pack-examples.ts';
import { packRuns } from './pack-runs.ts';
import { packTable } from './pack-tables.ts';
import type { Payload } from './payload.ts';
import { plottedRows } from './plotted-rows.ts';
import { Pool } from './pool.ts';

export interface PageData {
  readonly payload: Payload;
  /** Where in the payload the runs of a claim are; none of a claim without runs. */
  readonly claimRuns: ReadonlyMap<JudgedClaim, number>;
  /** Of the record with an id, the places of the audit's findings that concern it. */
  findingsOf(id: string): readonly number[];
  /** What the page does not hold, a sentence each. */
  readonly leftOut: { readonly runs: readonly string[]; readonly examples: readonly string[] };
}

/** @param tables all that the page shows, in its order */
export function pageData(input: PageInput, tables: readonly Table[]): PageData {
  const places = new Map(input.records.map(({ id }, place) => [id, place]));
  const placeOf = (id: string) => places.get(id);
  const findings = findingsOfRuns(input.findings);
  const pools = { reasons: new Pool<string>(), runLists: new Pool<readonly number[]>(), commands: new Pool<string>() };
  const packed = tables.map((table) => packTable(table, pools, input.path, placeOf));
  const claimRuns = input.claims.flatMap((claim): [JudgedClaim, number][] => {
    const runs = claim.runs.flatMap((id) => placeOf(id) ?? []);
    return runs.length === 0 ? [] : [[claim, pools.runLists.placeOf(runs)]];
  });
  const { sections, runs, leftOut } = packRuns(input.records, {
    commandOf: (record) => pools.commands.placeOf(commandOfRun(input.path, record)),
    findingsOf: findings,
  });
  const outcomes = packExamples(input.records, (record) => input.predictionsOf(record));
  return {
    payload: {
      tables: packed,
      reasons: pools.reasons.values,
      runLists: pools.runLists.values,
      commands: pools.commands.values,
      findings: input.findings.map(findingLine),
      ...{ sections, runs },
      rows: plottedRows(input.rows),
      examples: outcomes.examples,
    },
    claimRuns: new Map(claimRuns),
    findingsOf(id) {
      const record = input.records[placeOf(id) ?? -1];
      return record === undefined ? [] : findings(record);
    },
    leftOut: { runs: leftOut, examples: outcomes.leftOut },
  };
}
