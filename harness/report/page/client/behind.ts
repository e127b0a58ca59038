// What lies behind a figure: itself unrounded, the command that makes it again, what the audit says of it, and its runs.
import type { PackedCell } from '../payload.ts';
import { commandBlock } from './copy.ts';
import { data, distinct, runAt } from './data.ts';
import { el } from './dom.ts';
import { openPanel } from './panel.ts';
import { runDetails } from './run-details.ts';

/** @param cell see payload.ts */
export function openCell(table: string, name: string, cell: PackedCell): void {
  const [value = null, low = null, high = null, reason = null, runList = null, command = null] = cell;
  const runs = runList === null ? [] : (data.runLists[runList] ?? []);
  openPanel(
    name,
    el('p', { class: 'caption' }, table),
    ...figureOf(value, low, high),
    ...(reason === null ? [] : [el('p', { class: 'reason' }, `No figure: ${data.reasons[reason] ?? ''}`)]),
    ...(command === null ? [] : [el('h3', {}, 'Make it again'), commandBlock(data.commands[command] ?? '')]),
    ...findingsOf(runs),
    ...runsOf(runs),
  );
}

/** @param place of the list of runs */
export function openRuns(name: string, place: number): void {
  const runs = data.runLists[place] ?? [];
  openPanel(name, ...findingsOf(runs), ...runsOf(runs));
}

function figureOf(value: number | null, low: number | null, high: number | null): HTMLElement[] {
  if (value === null) return [];
  const range = low === null || high === null ? [] : [el('dt', {}, 'spread'), el('dd', {}, `${low} to ${high}`)];
  return [el('dl', { class: 'leaves' }, el('dt', {}, 'unrounded'), el('dd', {}, String(value)), ...range)];
}

function findingsOf(runs: readonly number[]): HTMLElement[] {
  const places = distinct(runs.flatMap((place) => runAt(place).findings)).sort((a, b) => a - b);
  if (places.length === 0) return [];
  const items = places.map((place) => el('li', { value: String(place + 1) }, data.findings[place] ?? ''));
  return [el('h3', {}, 'To know before comparing'), el('ol', { class: 'findings' }, ...items)];
}

function runsOf(runs: readonly number[]): HTMLElement[] {
  if (runs.length === 0) return [];
  const details = runs.map((place) => runDetails(runAt(place), runs.length === 1));
  return [el('h3', {}, runs.length === 1 ? 'Its run' : `Its ${runs.length} runs`), ...details];
}
