// Where the audit's findings bite: on the final runs of the rows that they name.
import type { Finding } from '../../audit/audit.ts';
import type { RunRecord } from '../../records/schema.ts';

/** Of a run, the places of the findings that concern its row, rising. */
export type FindingsOf = (record: RunRecord) => readonly number[];

export function findingsOfRuns(findings: readonly Finding[]): FindingsOf {
  return ({ config: { purpose, model, task, method } }) => {
    if (purpose !== 'final') return [];
    return findings.flatMap((finding, index) => {
      const concerns =
        finding.model === model &&
        finding.tasks.includes(task.id) &&
        finding.rows.some(({ label }) => label === method.label);
      return concerns ? [index] : [];
    });
  };
}
