// What a search tells besides its choice: how the score depends on each searched key, whether the choice lies on the edge of
// what was tried, and how far fewer trials would have come.
import type { RunRecord } from '../records/schema.ts';
import {
  areAllAlike,
  bestTrial,
  meanScore,
  primaryValue,
  searchedValue,
  settingText,
  sideOf,
} from '../records/search-choice.ts';
import { expectedBestWithoutReplacement, expectedBestWithReplacement } from '../stats/expected-best.ts';
import { mean } from '../stats/summary.ts';

/** Of the searched keys, a value each. */
type Values = Readonly<Record<string, unknown>>;

/** A setting on so many training examples. */
export interface TriedSetting {
  readonly values: Values;
  /** Asked for; null for all that there are. */
  readonly examples: number | null;
  /** Of its trials. */
  readonly ids: readonly string[];
  /** Trials of it: one a seed of the search. */
  readonly trials: number;
  /** The mean of their scores; null where one has none. */
  readonly score: number | null;
}

/** A chosen value beyond which nothing was tried. */
export interface Edge {
  readonly key: string;
  readonly value: number;
  readonly side: 'smallest' | 'largest';
  /** Different values of the key that were tried. */
  readonly tried: number;
}

/** The scores at one value of a key, whatever the others were. */
export interface SensitivityPoint {
  readonly value: unknown;
  /** Of the trials of all settings with it. */
  readonly ids: readonly string[];
  /** Settings that have a score. */
  readonly settings: number;
  /** Null where none has. */
  readonly mean: number | null;
  readonly best: number | null;
}

export interface Sensitivity {
  readonly key: string;
  /** Numbers rising; other values in the order in which they were tried. */
  readonly points: readonly SensitivityPoint[];
}

/** The expected best score of n settings: see harness/stats/expected-best.ts. */
export interface ExpectedBest {
  readonly n: number;
  readonly withReplacement: number;
  readonly withoutReplacement: number;
}

export interface SearchBudget {
  readonly trials: number;
  /** Training examples seen in all of them; null where a record does not tell. */
  readonly examples: number | null;
}

/** The search of a method on a task. */
export interface SearchRow {
  readonly model: string;
  readonly label: string;
  readonly task: string;
  /** Null where no trial completed. */
  readonly metric: string | null;
  /** What its trials took. */
  readonly budget: SearchBudget;
  /** What differs between trials. */
  readonly keys: readonly string[];
  readonly settings: readonly TriedSetting[];
  readonly chosen: TriedSetting | null;
  /** Whether several settings have a score and all the same one, so that the choice is by the smaller rate alone. */
  readonly alike: boolean;
  readonly edges: readonly Edge[];
  /** Examples of the settings that the curves are of: where a search has several numbers of them, that of most settings. */
  readonly examples: number | null;
  readonly sensitivity: readonly Sensitivity[];
  /** Of 1 to all settings that have a score; empty where none has. */
  readonly expectedBest: readonly ExpectedBest[];
}

interface SearchAxes {
  readonly models: readonly string[];
  readonly labels: readonly string[];
  readonly tasks: readonly string[];
}

/** A row for each model, method and task that has trials among the records. */
export function searchesOf(records: readonly RunRecord[], { models, labels, tasks }: SearchAxes): SearchRow[] {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records.filter(({ config }) => config.purpose === 'search')) {
    const key = keyOf(record.config.model, record.config.method.label, record.config.task.id);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return models.flatMap((model) =>
    labels.flatMap((label) =>
      tasks.flatMap((task) => {
        const trials = groups.get(keyOf(model, label, task));
        return trials === undefined ? [] : [{ model, label, task, ...searchOf(trials) }];
      }),
    ),
  );
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function searchOf(trials: readonly RunRecord[]): Omit<SearchRow, 'model' | 'label' | 'task'> {
  const keys = varyingKeys(trials);
  const settings = settingsOf(trials, keys);
  const candidates = settings.map((setting) => ({
    ...{ setting, values: setting.values, value: setting.score },
    learningRate: setting.learningRate,
    ...(setting.examples !== null && { examples: setting.examples }),
  }));
  const chosen = bestTrial(candidates)?.setting ?? null;
  const examples = mostTried(settings);
  const alike = settings.filter((setting) => setting.examples === examples);
  const scores = alike.flatMap(({ score }) => score ?? []);
  const chosenAmong = settings.filter((setting) => setting.examples === chosen?.examples);
  const isNoChoice = areAllAlike(chosenAmong.flatMap(({ score }) => score ?? []));
  return {
    metric: trials.flatMap((trial) => (trial.status === 'completed' ? trial.metrics.primary.name : []))[0] ?? null,
    budget: { trials: trials.length, examples: seenIn(trials) },
    keys,
    settings: settings.map(withoutRate),
    chosen: chosen && withoutRate(chosen),
    alike: isNoChoice,
    edges: chosen === null || isNoChoice ? [] : keys.flatMap((key) => edgeOf(key, chosen, settings)),
    examples,
    sensitivity: keys.map((key) => ({ key, points: pointsOf(key, alike) })),
    expectedBest: scores.map((_, i) => ({
      n: i + 1,
      withReplacement: expectedBestWithReplacement(scores, i + 1),
      withoutReplacement: expectedBestWithoutReplacement(scores, i + 1),
    })),
  };
}

/** What they were to see: one that diverged has had its budget. */
function seenIn(trials: readonly RunRecord[]): number | null {
  const seen = trials.map(({ config, dataset: { train } }) =>
    train.drawn === null ? null : Math.round(config.training.epochs * train.drawn),
  );
  return seen.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

/** Those by which the trials differ; the head's rate only where it is not the method's. */
function varyingKeys(trials: readonly RunRecord[]): string[] {
  const methods = trials.map(({ config }) => config.method);
  const options = [...new Set(methods.flatMap((method) => Object.keys(method.options)))].map(
    (name) => `options.${name}`,
  );
  const follows = methods.every(({ learningRate, headLearningRate }) => learningRate === headLearningRate);
  return ['learningRate', ...(follows ? [] : ['headLearningRate']), ...options].filter(
    (key) => new Set(methods.map((method) => JSON.stringify(searchedValue(method, key)))).size > 1,
  );
}

type Setting = TriedSetting & { readonly learningRate: number };

function withoutRate({ learningRate: _, ...setting }: Setting): TriedSetting {
  return setting;
}

/** In the order of the trials. */
function settingsOf(trials: readonly RunRecord[], keys: readonly string[]): Setting[] {
  const groups = new Map<string, Setting & { readonly own: readonly RunRecord[] }>();
  for (const trial of trials) {
    const { method, task } = trial.config;
    const values = Object.fromEntries(keys.map((key) => [key, searchedValue(method, key)]));
    const { learningRate } = method;
    const name = keyOf(String(task.limitTrain), settingText({ learningRate, values }));
    const own = [...(groups.get(name)?.own ?? []), trial];
    const score = meanScore(own.map((each) => ({ value: primaryValue(each) })));
    const ids = own.map(({ id }) => id);
    groups.set(name, { learningRate, values, examples: task.limitTrain, trials: own.length, score, ids, own });
  }
  return [...groups.values()].map(({ own: _, ...setting }) => setting);
}

/** The number of examples of most settings, of equals the largest. */
function mostTried(settings: readonly TriedSetting[]): number | null {
  const counts = new Map<number | null, number>();
  for (const { examples } of settings) counts.set(examples, (counts.get(examples) ?? 0) + 1);
  const [first] = [...counts].sort(([a, of], [b, other]) => other - of || Number(b) - Number(a));
  return first === undefined ? null : first[0];
}

function edgeOf(key: string, chosen: Setting, settings: readonly Setting[]): Edge[] {
  const value = chosen.values[key];
  const tried = [...new Set(settings.map(({ values }) => values[key]))];
  if (typeof value !== 'number' || !tried.every((each) => typeof each === 'number')) return [];
  const side = sideOf(value, tried.map(Number));
  return side === undefined ? [] : [{ key, value, side, tried: tried.length }];
}

function pointsOf(key: string, settings: readonly TriedSetting[]): SensitivityPoint[] {
  const groups = new Map<string, { readonly value: unknown; readonly own: readonly TriedSetting[] }>();
  for (const setting of settings) {
    const value = setting.values[key];
    const name = JSON.stringify(value);
    groups.set(name, { value, own: [...(groups.get(name)?.own ?? []), setting] });
  }
  const points = [...groups.values()].map(({ value, own }) => {
    const known = own.flatMap(({ score }) => score ?? []);
    const best = known.length === 0 ? null : Math.max(...known);
    const ids = own.flatMap((setting) => setting.ids);
    return { value, ids, settings: known.length, mean: mean(known).value, best };
  });
  const areNumbers = points.every(({ value }) => typeof value === 'number');
  return areNumbers ? points.sort((a, b) => Number(a.value) - Number(b.value)) : points;
}
