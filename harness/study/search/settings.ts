// The settings that a search tries of a method: every combination of its lists, or draws.
import { streamsOf, type Stream } from '../../random/streams.ts';
import { canonicalJson } from '../canonical-json.ts';
import { withoutDefaults } from '../essentials.ts';
import type { CheckedMethod } from '../checked.ts';
import type { Search } from '../schema.ts';
import { type Dimension, isList, type RangeDimension, type Space, type Values } from './space.ts';

/** Of what is drawn from a range of numbers: significant digits, so that settings can be read and written. */
export const DRAWN_DIGITS = 3;

/** Draws of a setting that was drawn before, for each that is wanted, until the space is taken to have no more. */
const PATIENCE = 1000;

/**
 * The settings of a searched method, none twice: of a grid all, else `trials` of them, or as many as its space has. Draws go
 * by the search's seed and by what the method is, not by its label or place; with more trials the first stay the same.
 */
export function settingsOf(method: CheckedMethod, search: Search): Values[] {
  const { strategy = 'grid', trials = 0 } = search;
  return strategy === 'grid' ? combinations(method.space) : drawn(method, search.seed, trials);
}

/** How many settings the lists of a space make. */
export function sizeOf(space: Space): number {
  return space.reduce((size, dimension) => size * (isList(dimension) ? dimension.choices.length : 1), 1);
}

/** The first key changes slowest. */
function combinations(space: Space): Values[] {
  return space.reduce<Values[]>(
    (before, dimension) => {
      if (!isList(dimension)) throw new Error(`a grid over the range ${dimension.key} was not refused`);
      return before.flatMap((values) => dimension.choices.map((choice) => ({ ...values, [dimension.key]: choice })));
    },
    [{}],
  );
}

function drawn(method: CheckedMethod, seed: number, trials: number): Values[] {
  const draw = streamsOf(seed)(`search/${identityOf(method)}`);
  const sorted = method.space.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const settings = new Map<string, Values>();
  for (let missed = 0; settings.size < trials && missed < PATIENCE * trials; ) {
    const values = new Map(sorted.map((dimension) => [dimension.key, drawOne(dimension, draw)]));
    const setting = Object.fromEntries(method.space.map(({ key }) => [key, values.get(key)]));
    const text = canonicalJson(setting);
    if (settings.has(text)) missed++;
    else settings.set(text, setting);
  }
  return [...settings.values()];
}

/** What the method is, however it is called and wherever it stands. */
function identityOf({ method, options, optionsSchema, learningRate, headLearningRate, space }: CheckedMethod): string {
  const fixed = { options: withoutDefaults(options, optionsSchema), learningRate, headLearningRate };
  const searched = space.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(inOrder);
  return canonicalJson({ method, ...fixed, space: searched });
}

/** The order in which values are listed says nothing. */
function inOrder(dimension: Dimension): Dimension {
  return isList(dimension) ? { ...dimension, choices: sortedChoices(dimension.choices) } : dimension;
}

function sortedChoices(choices: readonly unknown[]): unknown[] {
  const texts = choices.map((choice) => ({ choice, text: canonicalJson(choice) }));
  return texts.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ choice }) => choice);
}

function drawOne(dimension: Dimension, draw: Stream): unknown {
  if (!isList(dimension)) return drawNumber(dimension, draw);
  return sortedChoices(dimension.choices)[draw.integer(dimension.choices.length)];
}

function drawNumber({ from, to, scale, isWhole }: RangeDimension, draw: Stream): number {
  // Whole numbers have an interval of one each, at the ends too.
  const margin = isWhole && scale === 'linear' ? 0.5 : 0;
  const value =
    scale === 'log' ? Math.exp(draw.uniform(Math.log(from), Math.log(to))) : draw.uniform(from - margin, to + margin);
  const rounded = isWhole ? Math.round(value) : Number(value.toPrecision(DRAWN_DIGITS));
  return Math.min(to, Math.max(from, rounded));
}
