// A run, as its record has it: result, command, losses, merges, examples, and every part of the record.
import type { PackedMerge, PackedRun } from '../payload.ts';
import { commandBlock } from './copy.ts';
import { data, runName, runResult } from './data.ts';
import { button, el } from './dom.ts';
import { showExamplesOf } from './examples.ts';
import { lossLine } from './loss-line.ts';
import { closePanel } from './panel.ts';

/** Filled once it is opened. */
export function runDetails(run: PackedRun, open: boolean): HTMLDetailsElement {
  const summary = el('summary', {}, `${runName(run)}: `, el('b', {}, runResult(run)));
  const details = el('details', { class: 'run' }, summary);
  const fill = (): void => {
    if (details.childElementCount === 1) details.append(...contentOf(run));
  };
  details.addEventListener('toggle', fill);
  if (open) {
    fill();
    details.open = true;
  }
  return details;
}

function contentOf(run: PackedRun): HTMLElement[] {
  return [
    el('p', { class: 'caption' }, `Run ${run.id}, model ${run.model}, ${run.status}.`),
    ...(run.error === null ? [] : [el('p', { class: 'reason' }, run.error)]),
    commandBlock(data.commands[run.command] ?? ''),
    ...examplesOf(run),
    ...lossesOf(run),
    ...mergesOf(run),
    ...data.sections.flatMap(({ title, shapes, entries }, index) => {
      const place = run.sections[index] ?? null;
      if (place === null) return [];
      const [shape, ...values] = entries[place] ?? [];
      const leaves = (shapes[Number(shape)] ?? []).flatMap((path, leaf) => [
        el('dt', {}, path),
        el('dd', {}, textOf(values[leaf])),
      ]);
      return [el('h4', {}, title), el('dl', { class: 'leaves' }, ...leaves)];
    }),
  ];
}

function examplesOf(run: PackedRun): HTMLElement[] {
  const place = data.runs.indexOf(run);
  if (!data.examples.some(({ runs }) => runs.some((each) => each.run === place))) return [];
  const show = (): void => {
    closePanel();
    showExamplesOf(place);
  };
  return [el('p', {}, button('Its examples, beside another method’s', show, { class: 'link' }))];
}

function lossesOf({ losses, stepsPerLoss, steps }: PackedRun): HTMLElement[] {
  if (losses.length < 2) return [];
  const means = stepsPerLoss === 1 ? '' : `, each point the mean of ${stepsPerLoss} steps`;
  return [el('h4', {}, 'Loss'), el('figure', {}, lossLine(losses), el('figcaption', {}, `${steps} steps${means}.`))];
}

function mergesOf({ merges, mergeCount }: PackedRun): HTMLElement[] {
  if (merges.length === 0) return [];
  const headings = ['after step', 'layers', 'norm', 'change of a logit', 'optimiser fresh'];
  const head = el('tr', {}, ...headings.map((heading) => el('th', { scope: 'col', class: 'right' }, heading)));
  const fewer = merges.length < mergeCount ? `, ${merges.length} of ${mergeCount}, evenly spread` : '';
  return [
    el('h4', {}, `Merges${fewer}`),
    el(
      'div',
      { class: 'scroll', role: 'region', 'aria-label': 'Merges', tabindex: '0' },
      el('table', { 'aria-label': 'Merges' }, el('thead', {}, head), el('tbody', {}, ...merges.map(mergeRow))),
    ),
  ];
}

function mergeRow([step, layers, norm, logits, fresh]: PackedMerge): HTMLElement {
  const texts = [
    String(step),
    layers.join(', '),
    String(norm),
    textOf(logits),
    fresh === null ? '—' : fresh ? 'yes' : 'no',
  ];
  return el('tr', {}, ...texts.map((text) => el('td', { class: 'right' }, text)));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'object') return Array.isArray(value) && value.length > 0 ? value.join(', ') : 'none';
  return String(value);
}
