// The commands that make a page's figures again, as they are typed beside the project.
import type { RunRecord } from '../../records/schema.ts';
import { runCommand, shellWord } from '../tables/command.ts';

/** A row of the study's tables. */
export interface RowName {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

const PROGRAM = 'peftbench';
/** Where runs go that are made again: beside nothing that is recorded. */
const AGAIN = '--out .runs/again';

/** Runs the record again and compares, or where there is nothing to compare with, runs it. */
export function commandOfRun(path: string, { id, status, config }: RunRecord): string {
  if (status === 'completed') return typed(`${PROGRAM} verify ${shellWord(`${path}/runs/${id}.json`)}`);
  return commandOfRow(path, { model: config.model, label: config.method.label, task: config.task.id });
}

/** Runs all that a row is made from. */
export function commandOfRow(path: string, { model, label, task }: RowName): string {
  return typed(`${runCommand(path, { models: [model], methods: [label], tasks: [task] })} ${AGAIN}`);
}

/** What a study's page ends with. */
export function commandsOfStudy(path: string): readonly { readonly does: string; readonly command: string }[] {
  const study = shellWord(path);
  return [
    { does: 'runs everything again, elsewhere', command: typed(`${runCommand(path, {})} ${AGAIN}`) },
    { does: 'runs everything again and compares, bit for bit', command: typed(`${PROGRAM} verify ${study}`) },
    { does: 'makes this page again from the records', command: typed(`${PROGRAM} report ${study}`) },
  ];
}

/** The program is found by npx. */
export function typed(command: string): string {
  return command.startsWith(`${PROGRAM} `) ? `npx ${command}` : command;
}
