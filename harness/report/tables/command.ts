// The command that makes the runs of a cell, quoted for `--only` (harness/cli/only.ts) and for a POSIX shell.

/** Which runs; those of all where nothing is named. */
export interface Only {
  readonly models?: readonly string[];
  readonly methods?: readonly string[];
  readonly tasks?: readonly string[];
  readonly seeds?: readonly number[];
}

/** `peftbench run results/quick --only 'method=lora,task=glue/stsb'` */
export function runCommand(study: string, { models = [], methods = [], tasks = [], seeds = [] }: Only): string {
  const only = [
    ...models.map((model) => `model=${model}`),
    ...methods.map((method) => `method=${method}`),
    ...tasks.map((task) => `task=${task}`),
    ...seeds.map((seed) => `seed=${seed}`),
  ]
    .map(pairText)
    .join(',');
  return `peftbench run ${shellWord(study)}${only === '' ? '' : ` --only ${inShell(only)}`}`;
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
