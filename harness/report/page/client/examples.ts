// The examples that two methods are compared on: which task, methods, seed and outcome is the reader's choice.
import type { PackedExamples } from '../payload.ts';
import { compareExamples, comparedTable, comparedText } from './compare-examples.ts';
import { data, distinct, runAt } from './data.ts';
import { button, el, type Select, select } from './dom.ts';

/** Rows that are shown at once. */
const STEP = 50;

interface View {
  readonly task: Select;
  readonly first: Select;
  readonly second: Select;
  readonly seed: Select;
  readonly outcome: Select;
  readonly told: HTMLElement;
  readonly rows: HTMLElement;
}

let view: View | undefined;

export function addExamples(): void {
  const place = document.getElementById('comparison');
  if (place === null) return;
  const tasks = data.examples.map((examples, index) => ({ value: String(index), text: nameOf(examples) }));
  const made: View = {
    task: select('Task', tasks, '0', () => {
      offerRuns(made);
      show(made, STEP);
    }),
    first: select('First method', [], '', () => show(made, STEP)),
    second: select('Second method', [], '', () => show(made, STEP)),
    seed: select('Seed', [], '', () => show(made, STEP)),
    outcome: select('Show', [], '', () => show(made, STEP)),
    told: el('p', { class: 'told', role: 'status' }),
    rows: el('div'),
  };
  const { task, first, second, seed, outcome } = made;
  const controls = [task, first, second, seed, outcome].map(({ element }) => element);
  place.append(el('div', { class: 'controls' }, ...controls), made.told, made.rows);
  view = made;
  offerRuns(made);
  show(made, STEP);
}

/** Takes the reader to the examples of a run. @param place the run's */
export function showExamplesOf(place: number): void {
  const index = data.examples.findIndex(({ runs }) => runs.some(({ run }) => run === place));
  if (view === undefined || index < 0) return;
  const { label, seed } = runAt(place);
  view.task.choose(String(index));
  offerRuns(view);
  view.first.choose(label);
  view.seed.choose(String(seed));
  chooseAnother(view);
  show(view, STEP);
  document.getElementById('examples-title')?.scrollIntoView();
  view.first.focus();
}

function nameOf({ model, task, total }: PackedExamples): string {
  const models = distinct(data.examples.map((examples) => examples.model));
  const same = data.examples.filter((examples) => examples.task === task && examples.model === model);
  return [task, ...(models.length > 1 ? [model] : []), ...(same.length > 1 ? [`${total} examples`] : [])].join(', ');
}

function offerRuns(chosen: View): void {
  const runs = (chosenTask(chosen)?.runs ?? []).map(({ run }) => runAt(run));
  const offer = (box: Select, values: readonly string[]) => box.offer(values.map((value) => ({ value, text: value })));
  // In the order of the tables.
  const labels = distinct(data.rows.map(({ label }) => label)).filter((label) =>
    runs.some((run) => run.label === label),
  );
  const seeds = distinct(runs.map(({ seed }) => seed)).sort((a, b) => a - b);
  offer(chosen.first, labels);
  offer(chosen.second, labels);
  offer(chosen.seed, seeds.map(String));
  chooseAnother(chosen);
}

/** A method is not compared with itself where there is another. */
function chooseAnother({ first, second, ...chosen }: View): void {
  if (first.value() !== second.value()) return;
  const runs = (chosenTask(chosen)?.runs ?? []).map(({ run }) => runAt(run));
  const other = runs.find(({ label }) => label !== first.value());
  if (other !== undefined) second.choose(other.label);
}

function chosenTask({ task }: Pick<View, 'task'>): PackedExamples | undefined {
  return data.examples[Number(task.value())];
}

function show(chosen: View, count: number): void {
  const { first, second, seed, outcome, told, rows } = chosen;
  const examples = chosenTask(chosen);
  if (examples === undefined) return;
  const names = [first.value(), second.value()] as const;
  outcome.offer([
    { value: 'all', text: 'every example' },
    { value: 'first', text: `won by ${names[0]}` },
    { value: 'second', text: `won by ${names[1]}` },
    { value: 'neither', text: 'won by neither' },
  ]);
  const runOf = (label: string) =>
    examples.runs.find(({ run }) => runAt(run).label === label && String(runAt(run).seed) === seed.value());
  const [ours, theirs] = [runOf(names[0]), runOf(names[1])];
  if (ours === undefined || theirs === undefined) {
    told.textContent = `One of them has no run with seed ${seed.value()}.`;
    rows.replaceChildren();
    return;
  }
  const compared = compareExamples(examples, [ours, theirs]);
  const wanted = outcome.value();
  const wins = compared.filter(({ winner }) => wanted === 'all' || winner === wanted);
  told.textContent = comparedText(compared, names, examples.areChoices);
  rows.replaceChildren(
    ...(wins.length === 0 ? [] : [comparedTable(wins.slice(0, count), names, examples)]),
    ...(wins.length > count ? [button(`More of these ${wins.length}`, () => show(chosen, count + STEP))] : []),
  );
}
