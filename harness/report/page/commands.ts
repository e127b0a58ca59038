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
/** Where runs of a study go that are made again: beside nothing that is recorded, and a folder of each study's own. */
function again(path: string): string {
  return `--out ${shellWord(`.runs/again-${path.split('/').findLast((name) => name !== '') ?? ''}`)}`;
}

/** Runs the record again and compares, or where there is nothing to compare with, runs it. */
export function commandOfRun(path: string, { id, status, config }: RunRecord): string {
  if (status === 'completed') return typed(`${PROGRAM} verify ${shellWord(`${path}/runs/${id}.json`)}`);
  return commandOfRow(path, { model: config.model, label: config.method.label, task: config.task.id });
}

/** Runs all that a row is made from. */
export function commandOfRow(path: string, { model, label, task }: RowName): string {
  return typed(`${runCommand(path, { models: [model], methods: [label], tasks: [task] })} ${again(path)}`);
}

/**
 * A command of a cell that runs of the study at `path` feed: where they are recorded there is nothing left to run. What runs
 * another study stays as it is.
 */
export function madeAgain(path: string, command: string): string {
  const ofStudy = runCommand(path, {});
  return command === ofStudy || command.startsWith(`${ofStudy} `) ? `${command} ${again(path)}` : command;
}

/** What a study's page ends with. */
export function commandsOfStudy(path: string): readonly { readonly does: string; readonly command: string }[] {
  const study = shellWord(path);
  return [
    { does: 'runs everything again, elsewhere', command: typed(`${runCommand(path, {})} ${again(path)}`) },
    { does: 'runs everything again and compares, bit for bit', command: typed(`${PROGRAM} verify ${study}`) },
    { does: 'makes this page again from the records', command: typed(`${PROGRAM} report ${study}`) },
  ];
}

/** The program is found by npx. */
export function typed(command: string): string {
  return command.startsWith(`${PROGRAM} `) ? `npx ${command}` : command;
}
