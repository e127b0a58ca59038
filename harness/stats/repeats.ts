// Evaluation examples that repeat each other: asked twice, and where the right answers differ, impossible to get both right.
import type { ChoiceExample, TaskData, TextExample } from '../contracts/dataset.ts';

/** Examples of one evaluation set that have the same text, two or more. */
export interface RepeatGroup {
  readonly set: string;
  readonly ids: readonly string[];
  /** Whether their right answers, or scores, differ. */
  readonly contradictory: boolean;
}

export interface Repeats {
  /** Examples whose text another example of their set has too. */
  readonly repeated: number;
  /** Of them, those of groups whose right answers differ. */
  readonly contradictory: number;
  readonly groups: readonly RepeatGroup[];
}

/**
 * Within each set, texts that are the same but for spaces: both of a pair, or a question and its options. Signs count, as a
 * question may differ from another by its formula alone, and case, as a sentence may be acceptable by it.
 */
export function repeatsOf({ evaluation }: Pick<TaskData, 'evaluation'>): Repeats {
  const sets: readonly { readonly name: string; readonly examples: readonly Example[] }[] = evaluation;
  const groups = sets.flatMap(({ name, examples }) =>
    sameTexts(examples).map((same) => ({
      set: name,
      ids: same.map(({ id }) => id),
      contradictory: new Set(same.map(answerOf)).size > 1,
    })),
  );
  const count = (of: readonly RepeatGroup[]) => of.reduce((sum, { ids }) => sum + ids.length, 0);
  return { repeated: count(groups), contradictory: count(groups.filter((group) => group.contradictory)), groups };
}

function sameTexts(examples: readonly Example[]): Example[][] {
  const byText = new Map<string, Example[]>();
  for (const example of examples) {
    const text = textOf(example);
    const same = byText.get(text);
    if (same === undefined) byText.set(text, [example]);
    else same.push(example);
  }
  return [...byText.values()].filter(({ length }) => length > 1);
}

type Example = TextExample | ChoiceExample;

function textOf(example: Example): string {
  const parts = 'texts' in example ? example.texts : [example.question, ...example.options];
  return JSON.stringify(parts.map(singleSpaced));
}

const singleSpaced = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Of a choice the option itself: two options may be alike. */
function answerOf(example: Example): string | number {
  return 'texts' in example ? example.label : singleSpaced(example.options[example.label] ?? '');
}
