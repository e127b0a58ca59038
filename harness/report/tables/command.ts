// The command that makes the runs of a cell, quoted for `--only` (harness/cli/only.ts) and for a POSIX shell.

/** Which runs; those of all where nothing is named. */
export interface Only {
  readonly models?: readonly string[];
  readonly methods?: readonly string[];
  readonly tasks?: readonly string[];
  readonly seeds?: readonly number[];
}

/**
 * `peftbench run results/quick --only 'method=lora,task=glue/stsb'`
 * @param all what the study has: a key that names all of it is left out
 */
export function runCommand(study: string, wanted: Only, all: Only = {}): string {
  const only = [
    ...some(wanted.models, all.models).map((model) => `model=${model}`),
    ...some(wanted.methods, all.methods).map((method) => `method=${method}`),
    ...some(wanted.tasks, all.tasks).map((task) => `task=${task}`),
    ...some(wanted.seeds, all.seeds).map((seed) => `seed=${seed}`),
  ]
    .map(pairText)
    .join(',');
  return `peftbench run ${shellWord(study)}${only === '' ? '' : ` --only ${inShell(only)}`}`;
}

function some<T>(wanted: readonly T[] = [], all?: readonly T[]): readonly T[] {
  return all?.every((each) => wanted.includes(each)) === true ? [] : wanted;
}

/** As in a line of CSV, where a comma would end it. */
function pairText(pair: string): string {
  return pair.includes(',') ? `"${pair.replaceAll('"', '""')}"` : pair;
}

/** In quotes where a shell would read it otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:./,][\w@%+=:./,-]*$/.test(text) ? text : inShell(text);
}

function inShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
