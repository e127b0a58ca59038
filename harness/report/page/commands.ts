// The commands that make a page's figures again, as they are typed into a shell.
import type { RunRecord } from '../../records/schema.ts';

/** A row of the study's tables. */
export interface RowName {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

const PROGRAM = 'npx peftbench';
/** Where runs go that are made again: beside nothing that is recorded. */
const AGAIN = '.runs/again';

/** Runs the record again and compares, or where there is nothing to compare with, runs it. */
export function commandOfRun(path: string, { id, status, config }: RunRecord): string {
  if (status === 'completed') return `${PROGRAM} verify ${quoted(`${path}/runs/${id}.json`)}`;
  return commandOfRow(path, { model: config.model, label: config.method.label, task: config.task.id });
}

/** Runs all that a row is made from. */
export function commandOfRow(path: string, { model, label, task }: RowName): string {
  const only = [`method=${label}`, `task=${task}`, `model=${model}`].map(pair).join(',');
  return `${PROGRAM} run ${quoted(path)} --only ${quoted(only)} --out ${AGAIN}`;
}

/** What a study's page ends with. */
export function commandsOfStudy(path: string): readonly { readonly does: string; readonly command: string }[] {
  return [
    { does: 'runs everything again, elsewhere', command: `${PROGRAM} run ${quoted(path)} --out ${AGAIN}` },
    { does: 'runs everything again and compares, bit for bit', command: `${PROGRAM} verify ${quoted(path)}` },
    { does: 'makes this page again from the records', command: `${PROGRAM} report ${quoted(path)}` },
  ];
}

/** As `--only` takes a pair: in quotes where it would be read otherwise. */
function pair(text: string): string {
  return /^"|,/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As a POSIX shell takes a word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
