// Two runs on the same examples: which each won, in a sentence and example by example.
import { type Winner, unpackOutcomes, winnerOf } from '../outcomes.ts';
import type { PackedExamples } from '../payload.ts';
import { el } from './dom.ts';

type Pair<T> = readonly [T, T];

export interface Compared {
  readonly id: string;
  readonly set: string;
  readonly label: number;
  readonly predictions: Pair<number>;
  /** Generated answers; null where the page has none. */
  readonly texts: Pair<string> | null;
  readonly winner: Winner;
}

export function compareExamples(examples: PackedExamples, runs: Pair<PackedExamples['runs'][number]>): Compared[] {
  const { areChoices, ids, sets } = examples;
  const labels = unpackOutcomes(examples.labels);
  const [ours, theirs] = runs.map(({ predictions }) => unpackOutcomes(predictions));
  const setNames = sets.flatMap(([name, count]) => Array.from({ length: count }, () => name));
  return ids.map((id, index) => {
    const [label = 0, a = 0, b = 0] = [labels[index], ours?.[index], theirs?.[index]];
    const [own, other] = runs.map(({ texts }) => examples.texts[texts[index] ?? -1]);
    return {
      ...{ id, set: setNames[index] ?? '', label, predictions: [a, b] },
      texts: own === undefined || other === undefined ? null : [own, other],
      winner: winnerOf(label, a, b, areChoices),
    };
  });
}

export function comparedText(compared: readonly Compared[], [a, b]: Pair<string>, areChoices: boolean): string {
  const of = (winner: Winner) => compared.filter((each) => each.winner === winner);
  const [first, second, neither] = [of('first').length, of('second').length, of('neither')];
  const all = `Of ${compared.length} examples`;
  if (!areChoices)
    return `${all} ${a} is nearer on ${first}, ${b} on ${second}; on ${neither.length} they are as near.`;
  const right = neither.filter(({ label, predictions }) => predictions[0] === label).length;
  const wrong = neither.length - right;
  return `${all} ${a} alone is right on ${first}, ${b} alone on ${second}, both on ${right}, neither on ${wrong}.`;
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (row: Compared) => string;
}

export function comparedTable(rows: readonly Compared[], names: Pair<string>, examples: PackedExamples): HTMLElement {
  const columns = columnsOf(rows, names, examples);
  const head = columns.map(({ title, align }) => el('th', { scope: 'col', class: align }, title));
  const body = rows.map((row) =>
    el(
      'tr',
      {},
      ...columns.map(({ text, align }, index) =>
        index === 0 ? el('th', { scope: 'row', class: align }, text(row)) : el('td', { class: align }, text(row)),
      ),
    ),
  );
  const name = 'Examples compared';
  return el(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': name, tabindex: '0' },
    el('table', { 'aria-label': name }, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body)),
  );
}

function columnsOf(rows: readonly Compared[], names: Pair<string>, { areChoices, sets }: PackedExamples): Column[] {
  const left = (title: string, text: Column['text']): Column => ({ title, align: 'left', text });
  const right = (title: string, text: Column['text']): Column => ({ title, align: 'right', text });
  const hasTexts = rows.some(({ texts }) => texts !== null);
  return [
    left('example', ({ id }) => id),
    ...(sets.length > 1 ? [left('set', ({ set }) => set)] : []),
    right('label', ({ label }) => String(label)),
    ...names.map((name, index) =>
      right(name, ({ predictions, label }) => predictionText(predictions[index] ?? 0, label, areChoices)),
    ),
    left('won by', ({ winner }) => (winner === 'neither' ? '—' : names[winner === 'first' ? 0 : 1])),
    ...(hasTexts ? names.map((name, index) => left(`text of ${name}`, ({ texts }) => texts?.[index] ?? '')) : []),
  ];
}

/** With a mark where it is right, and one where it is wrong. */
function predictionText(prediction: number, label: number, areChoices: boolean): string {
  if (!areChoices) return String(prediction);
  return `${prediction < 0 ? 'none' : prediction} ${prediction === label ? '✓' : '✗'}`;
}
