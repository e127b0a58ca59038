// What a search chose otherwise for one row of a sweep than for another, which the sweep shows with its own option.
import { isCompleted } from '../../records/is-completed.ts';
import type { CompletedRecord, RunRecord } from '../../records/schema.ts';
import type { CheckedMethod } from '../../study/checked.ts';
import { settingText } from './formats.ts';

/**
 * A line for each searched key in which completed runs of the rows differ on a model, task and seed.
 * @param line entries that a study has alike but for what is swept
 * @param along keys that may differ
 */
export function chosenNotes(
  line: readonly CheckedMethod[],
  along: readonly string[],
  records: readonly RunRecord[],
): string[] {
  const labels = line.map(({ label }) => label);
  const runs = records
    .filter(isCompleted)
    .filter(({ config }) => config.purpose === 'final' && labels.includes(config.method.label));
  // The learning rate is looked for anew for each value of an option.
  const searched = new Set(line.flatMap(({ space }) => space.map(({ key }) => key)));
  const keys = [...searched].filter((key) => key !== 'learningRate' && !along.includes(key));
  return keys.flatMap((key) => {
    if (
      !runs.some((run) => runs.some((other) => isBeside(run, other) && settingOf(run, key) !== settingOf(other, key)))
    ) {
      return [];
    }
    const chosen = labels.flatMap((label) => {
      const own = runs.filter(({ config }) => config.method.label === label).map((run) => settingOf(run, key));
      return own.length === 0 ? [] : [`${[...new Set(own)].join(', ')} (${label})`];
    });
    return [`rows of ${line[0]?.method} differ in ${key} too, as a search chose it: ${chosen.join(', ')}`];
  });
}

/** Runs that a sweep puts beside one another. */
function isBeside({ config, seed }: CompletedRecord, other: CompletedRecord): boolean {
  return seed === other.seed && config.model === other.config.model && config.task.id === other.config.task.id;
}

function settingOf({ config: { method } }: CompletedRecord, key: string): string {
  return settingText(
    key === 'headLearningRate' ? method.headLearningRate : method.options[key.slice('options.'.length)],
  );
}
