// What is said below a table or figure of what is not in it, with the commands that make it.
import { groupBy } from '../../contracts/group-by.ts';
import { counted } from '../../contracts/words.ts';
import { codeSpan } from '../code-span.ts';
import { runCommand } from '../tables/command.ts';
import { type CellPlace, dueCommand, elsewhereCommand } from './cell.ts';
import type { PaperEvidence } from './evidence.ts';
import type { PaperRow } from './rows.ts';
import type { Sample } from './sample.ts';

/** A figure that is missing, or of fewer seeds than the study has. */
export interface Gap {
  readonly row: PaperRow;
  /** The title of the column, or the label of the axis. */
  readonly what: string;
  readonly sample: Sample;
}

export const isGap = ({ due, absent, gaps }: Sample): boolean => due.length + absent.length + gaps.length > 0;

/**
 * A line for each reason why runs that are there give no figure, for the runs of each row that are not there, and for what
 * the study has no runs for.
 */
export function gapNotes(gaps: readonly Gap[], evidence: PaperEvidence, elsewhere: CellPlace['elsewhere']): string[] {
  if (evidence.records.length === 0) return [`nothing has been run: ${codeSpan(runCommand(evidence.place, {}))}`];
  return [...reasonLines(gaps, evidence), ...dueLines(gaps, evidence), ...absentLines(gaps, evidence, elsewhere)];
}

/** What tells a row from the others: `lora, glue/stsb`. */
export function nameOf({ model, label, task, at }: PaperRow, { study }: PaperEvidence): string {
  const parts = [
    ...(study.models.length > 1 ? [model] : []),
    label,
    ...(task === null ? [] : [task]),
    ...(at === null ? [] : [String(at)]),
  ];
  return parts.join(', ');
}

function reasonLines(gaps: readonly Gap[], evidence: PaperEvidence): string[] {
  const reasons = gaps.flatMap((gap) => gap.sample.gaps.map((reason) => ({ ...gap, reason })));
  // Reasons name the task.
  const lines = groupBy(reasons, ({ row, reason }) => `${nameOf({ ...row, task: null }, evidence)}: ${reason}`);
  return [...lines].map(([line, own]) => `${line} (${titlesOf(own)})`);
}

function dueLines(gaps: readonly Gap[], evidence: PaperEvidence): string[] {
  const due = gaps.filter(({ sample }) => sample.due.length > 0);
  const rows = groupBy(due, ({ row: { model, label } }) => JSON.stringify([model, label]));
  return [...rows.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const all = own.flatMap(({ sample }) => sample.due);
    const runs = new Set(all.map(({ task, seed }) => `${seed} ${task}`)).size;
    const name = nameOf({ ...first.row, task: null, at: null }, evidence);
    const command = dueCommand(evidence, first.row, all);
    return [`${name}: ${counted(runs, 'run')} to make (${titlesOf(own)}): ${codeSpan(command)}`];
  });
}

function absentLines(gaps: readonly Gap[], { study }: PaperEvidence, elsewhere: CellPlace['elsewhere']): string[] {
  const absent = gaps.filter(({ sample }) => sample.absent.length > 0);
  if (absent.length === 0) return [];
  const command = elsewhereCommand(elsewhere, [...new Set(absent.flatMap(({ sample }) => sample.absent))]);
  return [
    `no runs of this study (${study.name}): ${titlesOf(absent)}${command === null ? '' : `: ${codeSpan(command)}`}`,
  ];
}

const titlesOf = (gaps: readonly Gap[]): string => [...new Set(gaps.map(({ what }) => what))].join(', ');
