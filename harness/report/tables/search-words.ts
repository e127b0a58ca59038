// What searches tell, in words: values of keys, and warnings of what was chosen.
import type { Edge, SearchRow } from '../search.ts';

export const SEARCH_PART = 'the search';

/** `lora, glue/stsb: the chosen learningRate 0.001 is the largest of 2 tried; a larger one may be better` */
export function edgeWarnings(rows: readonly SearchRow[]): string[] {
  return rows.flatMap(({ label, task, alike, edges }) =>
    [...(alike ? [ALIKE] : []), ...edges.map(edgeText)].map((text) => `${label}, ${task}: ${text}`),
  );
}

const ALIKE = 'all settings score alike: the search has chosen nothing, and the smallest rate was taken';

function edgeText({ key, value, side, tried }: Edge): string {
  const beyond = side === 'largest' ? 'larger' : 'smaller';
  return `the chosen ${key} ${value} is the ${side} of ${tried} tried; a ${beyond} one may be better`;
}

/** Of a searched key. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `learningRate 0.001, options.r 8` */
export function settingWords(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${valueText(value)}`)
    .join(', ');
}

/** In the order of the rows. */
export function searchedModels(searches: readonly SearchRow[]): string[] {
  return [...new Set(searches.map(({ model }) => model))];
}
